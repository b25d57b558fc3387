"""The demo: built once, told again, and its figures."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console


@pytest.mark.slow
def test_the_demo_is_built_once_and_told_again(console: Console) -> None:
    console.set_clock("2026-11-22T12:00:00+00:00")
    told = console.do("demo")
    assert "Northwind IT\n12 cycles, UTC\n" in told
    rows = console.rows("statements", "--partner", "Northwind IT")
    assert [row["peak"] for row in rows[:3]] == ["80", "99", "103"]
    assert [row["total"] for row in rows[:3]] == ["192.00", "237.60", "216.30"]
    assert len(rows) == 12
    unpaid = [row for row in console.rows("invoices") if row["state"] != "paid"]
    assert unpaid == []
    assert console.do("check-books").startswith("The books agree")
    assert console.do("demo") == told
    assert console.do("demo", "--no-serve") == told


def test_a_home_with_other_partners_has_no_demo(console: Console) -> None:
    console.do("partner", "add", "Other", "--currency", "EUR")
    assert "this one has some" in console.refused("demo")
