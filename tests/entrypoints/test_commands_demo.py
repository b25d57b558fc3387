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


def test_an_interrupted_demo_says_what_to_remove(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        console.run("partner", "add", "Northwind IT", "--currency", "USD")
        raise KeyboardInterrupt

    monkeypatch.setattr("pleamar.entrypoints.commands.demo.play", interrupted)
    assert console.run("demo").code == 130
    for again in ("--no-serve", "--watch"):
        said = console.refused("demo", again)
        assert "was interrupted" in said
        assert "pleamar db stop" in said
        assert str(console.folder / "home") in said


def test_a_demo_that_was_interrupted_before_its_first_act_is_built(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pleamar.entrypoints.commands.demo.play", interrupted)
    assert [console.run("demo").code, console.run("demo").code] == [130, 130]


def test_a_home_with_other_partners_has_no_demo(console: Console) -> None:
    console.do("partner", "add", "Other", "--currency", "EUR")
    assert "this one has some" in console.refused("demo")
