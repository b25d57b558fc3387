"""What a case found, as a row of the table and as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each repetition of one thing, and how many `unit` each repetition did."""

    what: str
    seconds: tuple[float, ...]
    amount: int
    unit: str

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        return self.amount / self.median

    def __str__(self) -> str:
        return f"{self.what}: {_short(self.rate)} {self.unit}/s" if self.what else f"{_short(self.rate)} {self.unit}/s"


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to be at least or at most."""

    bound: Literal["≥", "≤", "="]
    value: float
    unit: str

    def is_met(self, figure: float) -> bool:
        if self.bound == "=":
            return figure == self.value
        return figure >= self.value if self.bound == "≥" else figure <= self.value

    def __str__(self) -> str:
        return f"{self.bound} {_short(self.value)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `figure` is what the target speaks of; with no target it is only told."""

    case: str
    size: str
    figure: float
    figure_unit: str
    target: Target | None
    ours: Measured | None = None
    yardstick: Measured | None = None

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.target.is_met(self.figure)


def times_quicker(case: str, size: str, ours: Measured, yardstick: Measured, at_least: float | None) -> Row:
    """The row of a case that is held against a yardstick: how many times as quick as that it is."""
    target = None if at_least is None else Target("≥", at_least, "×")
    return Row(case, size, ours.rate / yardstick.rate, "×", target, ours, yardstick)


def per_second(case: str, size: str, ours: Measured, at_least: float) -> Row:
    """The row of a case that has to reach a rate."""
    return Row(case, size, ours.rate, "/s", Target("≥", at_least, "/s"), ours)


def print_table(rows: Sequence[Row], console: Console) -> None:
    table = Table(title="Pleamar, measured", title_justify="left", show_lines=True)
    for heading in ("case", "size", "ours", "yardstick"):
        table.add_column(heading, overflow="fold")
    for heading in ("ratio", "target", "met"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        met = {True: "[green]yes", False: "[red]no", None: ""}[row.met]
        table.add_row(
            *(row.case, row.size, str(row.ours or ""), str(row.yardstick or "")),
            *(_short(row.figure) + row.figure_unit, str(row.target or ""), met),
        )
    console.print(table)


def write_json(rows: Sequence[Row], facts: dict[str, Any], file: Path) -> None:
    content = {**facts, "rows": [_plain(row) for row in rows]}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _plain(row: Row) -> dict[str, Any]:
    return {
        "case": row.case,
        "size": row.size,
        "figure": row.figure,
        "unit": row.figure_unit.strip(),
        "target": None if row.target is None else str(row.target),
        "met": row.met,
        "ours": _plain_measured(row.ours),
        "yardstick": _plain_measured(row.yardstick),
    }


def _plain_measured(measured: Measured | None) -> dict[str, Any] | None:
    if measured is None:
        return None
    return {
        "what": measured.what,
        "amount": measured.amount,
        "unit": measured.unit,
        "median_seconds": measured.median,
        "per_second": measured.rate,
        "seconds": list(measured.seconds),
    }


def _short(figure: float) -> str:
    if figure >= 100 or figure == int(figure):
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"
