"""How the house tests read the project: its files, its syntax trees, and the full names of what they call."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "pleamar"
TESTS = ROOT / "tests"
BENCH = ROOT / "bench"
MIGRATIONS = SRC / "models" / "migrations"

# What tools leave behind; folders that begin with a dot are theirs as well, but for the continuous integration's own.
_LEFT_BEHIND = {"__pycache__", "build", "dist", "node_modules"}
_OWN_HIDDEN = {".ci", ".github"}


def project_files(*folders: Path) -> list[Path]:
    """Every file that somebody wrote, in these folders or the whole project."""
    return sorted(path for folder in folders or (ROOT,) for path in _walk(folder))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        is_ours = path.name in _OWN_HIDDEN or not path.name.startswith(".")
        if path.is_symlink() or path.name in _LEFT_BEHIND or path.name.endswith(".egg-info"):
            continue
        if path.is_file():
            yield path
        elif is_ours and path != BENCH / "results":
            yield from _walk(path)


def python_files(*folders: Path) -> list[Path]:
    """The Python files of these folders, migrations aside: those are written by Django."""
    found = (path for path in project_files(*folders) if path.suffix == ".py")
    return [path for path in found if MIGRATIONS not in path.parents]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def at(path: Path, line: int) -> str:
    """`file:line`, from the project's root where it lies inside."""
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{line}"


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """The line and full name of everything that a file imports: `from a.b import c` is `a.b.c`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def within(name: str, modules: Iterable[str]) -> bool:
    """Whether the full name is one of these modules or in one."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def used_names(path: Path) -> Iterator[tuple[int, str]]:
    """The line and full name of everything imported that a file uses, whatever it calls it there.

    After `from datetime import datetime as dt`, `dt.now()` is `datetime.datetime.now`.
    """
    meant = _meanings(tree(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute | ast.Name):
            name = _dotted(node)
            first, dot, rest = name.partition(".")
            if first in meant:
                yield node.lineno, meant[first] + dot + rest


def _meanings(module: ast.Module) -> dict[str, str]:
    meant = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                meant[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            meant |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return meant


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
