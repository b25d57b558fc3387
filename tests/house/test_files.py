"""Files are short, functions shorter, and no name says nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import BENCH, MIGRATIONS, ROOT, SRC, TESTS, at, project_files, python_files, tree

LONGEST_FILE, LONGEST_FUNCTION = 300, 60
WRITTEN = {".py", ".html", ".txt", ".css", ".js", ".sql", ".sh", ".typ"}
EMPTY_NAMES = {"utils", "helpers", "services", "common", "misc", "base", "manager"}


def long_files(paths: Iterable[Path]) -> list[str]:
    """Files with more lines than a reader wants to hold."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{at(path, 1)} {count} lines" for path, count in lines.items() if count > LONGEST_FILE]


def long_functions(paths: Iterable[Path]) -> list[str]:
    """Functions with more lines than that, from `def` to their end."""
    return [
        f"{at(path, node.lineno)} {node.name}"
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def empty_names(paths: Iterable[Path], root: Path) -> list[str]:
    """Files and folders named for no thing in particular."""
    parts = {path: [part.partition(".")[0] for part in path.relative_to(root).parts] for path in paths}
    return [str(path.relative_to(root)) for path, words in parts.items() if EMPTY_NAMES.intersection(words)]


def test_no_file_is_long() -> None:
    written = [path for path in project_files(SRC, TESTS, BENCH) if path.suffix in WRITTEN]
    assert long_files(path for path in written if {MIGRATIONS, SRC / "fonts"}.isdisjoint(path.parents)) == []


def test_no_function_is_long() -> None:
    assert long_functions(python_files(SRC, TESTS, BENCH)) == []


def test_every_name_says_something() -> None:
    assert empty_names(project_files(SRC, TESTS, BENCH), ROOT) == []


def test_a_long_file_is_found(snippet: Snippet) -> None:
    assert long_files([snippet("x\n" * 300)]) == []
    assert long_files([snippet("x\n" * 301)]) == ["snippet.py:1 301 lines"]


def test_a_long_function_is_found(snippet: Snippet) -> None:
    assert long_functions([snippet("def short():\n" + "    x\n" * 59, "short.py")]) == []
    method = "class It:\n    async def long():\n" + "        x\n" * 60
    assert long_functions([snippet(method)]) == ["snippet.py:2 long"]


@pytest.mark.parametrize("name", ["utils.py", "base/x.py", "misc.html", "helpers/__init__.py"])
def test_an_empty_name_is_found(name: str) -> None:
    assert empty_names([ROOT / name, ROOT / "account_manager.py"], ROOT) == [name]
