"""`actions/` is the table of contents of what the product does: a file is called what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import SRC, at, python_files, tree

ACTIONS = SRC / "actions"
# File → the function that it has in place of one of its own name.
CALLED_OTHERWISE = {"roll_meters": "roll_due_meters"}


def public_functions(path: Path) -> set[str]:
    """What others may call of a file."""
    return {
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    }


def misnamed(paths: Iterable[Path], otherwise: dict[str, str]) -> list[str]:
    """Files without a public function of their own name."""
    return [at(path, 1) for path in paths if otherwise.get(path.stem, path.stem) not in public_functions(path)]


def actions() -> list[Path]:
    """The files of `actions/`."""
    return [path for path in python_files(ACTIONS) if path.name != "__init__.py"]


def test_an_action_s_file_has_the_function_of_its_name() -> None:
    assert misnamed(actions(), CALLED_OTHERWISE) == []


def test_what_is_called_otherwise_still_is() -> None:
    needed = {path.stem: public_functions(path) for path in actions() if path.stem not in public_functions(path)}
    assert needed.keys() == CALLED_OTHERWISE.keys()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def add_card(): ...\ndef _put(): ...", []),
        ("def insert_card(): ...", ["add_card.py:1"]),
        ("class Card:\n    def add_card(self): ...", ["add_card.py:1"]),
        ("", ["add_card.py:1"]),
    ],
)
def test_a_misnamed_file_is_found(snippet: Snippet, text: str, found: list[str]) -> None:
    assert misnamed([snippet(text, "add_card.py")], {}) == found


def test_a_file_called_otherwise_must_keep_to_that(snippet: Snippet) -> None:
    path = snippet("def roll_due_meters(): ...", "roll_meters.py")
    assert misnamed([path], {"roll_meters": "roll_due_meters"}) == []
    assert misnamed([path], {"roll_meters": "roll_all"}) == ["roll_meters.py:1"]
