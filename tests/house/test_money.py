"""No binary fraction comes near money, and nothing is rounded but in `rules/money.py` (rule M9)."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import SRC, at, python_files, tree

MONEY = SRC / "rules" / "money.py"
# Waits for a server to start: seconds, not money.
WAITS = SRC / "adapters" / "postgres"
# Where numbers are only ever money or seats, a quotient is a rounding as well.
EXACT = (SRC / "rules", SRC / "actions", SRC / "models")
ROUNDINGS = {"round", "quantize", "to_integral", "to_integral_value", "to_integral_exact", "ceil", "floor", "trunc"}


def floats(paths: Iterable[Path]) -> list[str]:
    """Numbers with a point, and the type itself, also as an annotation."""
    return [
        f"{at(path, node.lineno)} float"
        for path in paths
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "FloatField"})
        or (isinstance(node, ast.Attribute) and node.attr == "FloatField")
    ]


def roundings(paths: Iterable[Path]) -> list[str]:
    """Whatever rounds: a function of that name, or a way of rounding by its name."""
    found = []
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                if name in ROUNDINGS or name.startswith("ROUND_"):
                    found.append(f"{at(path, node.lineno)} {name}")
    return found


def quotients(paths: Iterable[Path]) -> list[str]:
    """`a / b`, which for whole numbers is a float and for decimals is cut."""
    return [
        at(path, node.lineno)
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    ]


def test_there_are_no_floats() -> None:
    assert floats(path for path in python_files(SRC) if WAITS not in path.parents) == []


def test_nothing_rounds_but_money() -> None:
    assert roundings(path for path in python_files(SRC) if path != MONEY) == []
    assert roundings([MONEY])


def test_nothing_is_divided_where_money_is_reckoned() -> None:
    assert quotients(python_files(*EXACT)) == []


@pytest.mark.parametrize("text", ["price = 0.1", "def f(x: float): ...", "float('1')", "models.FloatField()"])
def test_a_float_is_found(snippet: Snippet, text: str) -> None:
    assert floats([snippet(text)]) == ["snippet.py:1 float"]


@pytest.mark.parametrize(
    "text", ["round(x)", "x.quantize(1)", "math.ceil(x)", "from math import floor\nfloor(x)", "decimal.ROUND_UP"]
)
def test_a_rounding_is_found(snippet: Snippet, text: str) -> None:
    assert len(roundings([snippet(text)])) == 1


def test_a_quotient_is_found_and_a_whole_division_is_none(snippet: Snippet) -> None:
    assert sorted(quotients([snippet("a // b\nc / d\ne /= 2")])) == ["snippet.py:2", "snippet.py:3"]


def test_whole_numbers_and_decimals_pass(snippet: Snippet) -> None:
    path = snippet("x = Decimal('0.10') * 3\nrounded(x, 'USD')")
    assert floats([path]) == roundings([path]) == []
