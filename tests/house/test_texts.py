"""The project speaks of itself alone, and says in a sentence what each public thing is for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import ROOT, SRC, at, project_files, python_files, tree

# Places on the machine of whoever wrote it; put together here, so that this file does not name them either.
FOREIGN = ["/".join(parts) for parts in (("", "work", ""), ("shared", "design"), ("shared", "seed"), ("..", "shared"))]
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def foreign_words(paths: Iterable[Path], words: Iterable[str]) -> list[str]:
    """Lines of text files that hold one of the words."""
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if any(word in text for word in words):
            lines = enumerate(text.splitlines(), 1)
            found += [f"{at(path, number)} {word}" for number, line in lines for word in words if word in line]
    return found


def undocumented(paths: Iterable[Path], promised: Iterable[str] = ()) -> list[str]:
    """Public modules, classes, functions and methods that do not say what they are.

    Methods are left alone where they are said elsewhere: names that a port promises, and whatever a base may have.
    """
    return [
        f"{at(path, getattr(node, 'lineno', 1))} {getattr(node, 'name', path.stem)}"
        for path in paths
        for node in (tree(path), *_public(tree(path), set(promised)))
        if not ast.get_docstring(node)
    ]


def _public(node: ast.Module | ast.ClassDef, promised: set[str]) -> Iterator[Documented]:
    for child in node.body:
        if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or child.name.startswith("_"):
            continue
        is_inside = isinstance(node, ast.ClassDef)
        if not is_inside or (not isinstance(child, ast.ClassDef) and child.name not in promised):
            yield child
        if isinstance(child, ast.ClassDef) and not is_inside and _is_told_here(child):
            yield from _public(child, promised)


def _is_told_here(owner: ast.ClassDef) -> bool:
    return all(isinstance(base, ast.Name) and base.id in {"Protocol", "NamedTuple", "StrEnum"} for base in owner.bases)


def promised_methods(paths: Iterable[Path]) -> set[str]:
    """The methods of the protocols in these files."""
    return {
        method.name
        for path in paths
        for owner in ast.walk(tree(path))
        if isinstance(owner, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in owner.bases)
        for method in owner.body
        if isinstance(method, ast.FunctionDef)
    }


def test_no_file_names_a_place_of_its_making() -> None:
    assert foreign_words(project_files(ROOT), FOREIGN) == []


def test_ports_say_what_they_promise() -> None:
    assert undocumented(python_files(SRC / "ports")) == []


def test_everything_public_says_what_it_is() -> None:
    assert undocumented(python_files(SRC), promised_methods(python_files(SRC / "ports"))) == []


@pytest.mark.parametrize("word", FOREIGN)
def test_a_foreign_word_is_found(snippet: Snippet, word: str) -> None:
    assert foreign_words([snippet(f"first\nsee {word}x\n")], FOREIGN) != []


def test_a_file_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    binary = tmp_path / "font.bin"
    binary.write_bytes(b"\xff\xfe" + FOREIGN[0].encode())
    assert foreign_words([binary], FOREIGN) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = 1", ["snippet.py:1 snippet"]),
        ('"""Said."""\ndef act(): ...', ["snippet.py:2 act"]),
        ('"""Said."""\ndef _act(): ...', []),
        ('"""Said."""\nclass Thing: ...', ["snippet.py:2 Thing"]),
        ('"""Said."""\nclass Thing:\n    """Said."""\n    def turn(self): ...', ["snippet.py:4 turn"]),
        ('"""Said."""\nclass Thing:\n    """Said."""\n    def __str__(self): ...', []),
        ('"""Said."""\nclass Thing:\n    """Said."""\n    def promised(self): ...', []),
        ('"""Said."""\nclass Thing(Model):\n    """Said."""\n    def save(self): ...\n    class Meta: ...', []),
    ],
)
def test_what_says_nothing_is_found(snippet: Snippet, text: str, found: list[str]) -> None:
    assert undocumented([snippet(text)], ["promised"]) == found


def test_a_protocol_s_methods_are_promised(snippet: Snippet) -> None:
    path = snippet("class Store(Protocol):\n    def add(self): ...\nclass Other:\n    def drop(self): ...")
    assert promised_methods([path]) == {"add"}
