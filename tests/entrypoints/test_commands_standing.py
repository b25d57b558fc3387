"""Standing from the console: who owes, and what staff decide (rule M14)."""

from __future__ import annotations

import pytest

from pleamar.actions.review_standings import review_standings
from pleamar.wiring.clock import clock
from tests.entrypoints.console import Console


@pytest.fixture
def owing(console: Console) -> Console:
    """One invoice of 4.80 USD of 15 February that nobody pays."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    console.do("account", "add", "Contoso", "--partner", "Northwind IT")
    people = console.file("email\na@x.example\nb@x.example\n")
    console.do("import-members", people, "--account", "Contoso", "--partner", "Northwind IT")
    console.set_clock("2026-02-15T00:00:00+00:00")
    console.do("close")
    return console


def looked_at(console: Console, *days: str) -> None:
    for day in days:
        console.set_clock(f"{day}T12:00:00+00:00")
        review_standings(now=clock()())


def test_m14_who_owes_what_and_what_comes_next(owing: Console) -> None:
    looked_at(owing, "2026-02-16")
    (row,) = owing.rows("standing", "list")
    assert (row["partner"], row["state"], row["overdue"], row["days"]) == ("Northwind IT", "past_due", "4.80 USD", "1")
    assert (row["next"], row["next_at"][:10]) == ("warning", "2026-02-22")
    owing.do("partner", "add", "Fabrikam", "--currency", "USD")
    assert len(owing.rows("standing", "list")) == 2
    assert [row["partner"] for row in owing.rows("standing", "list", "--overdue")] == ["Northwind IT"]


def test_m14_a_suspension_is_approved_only_on_a_word(owing: Console) -> None:
    approve = ("standing", "approve", "Northwind IT", "--reason", "no answer")
    assert "No suspension of this partner is proposed" in owing.refused(*approve)
    looked_at(owing, "2026-02-15", "2026-02-22", "2026-03-08", "2026-03-17")
    (row,) = owing.rows("standing", "list")
    assert (row["next"], row["next_at"]) == ("approval", "")
    said = owing.run(*approve)
    assert said.code == 1
    assert said.out.startswith("Northwind IT is overdue with 4.80 USD, for 30 days.\n")
    assert "billed all the same" in said.out
    assert owing.rows("standing", "list")[0]["state"] == "past_due"
    assert "Northwind IT is suspended." in owing.do(*approve, "--yes")
    assert owing.rows("standing", "list")[0]["state"] == "suspended"
    assert "Northwind IT is suspended." in owing.do(*approve, "--yes"), "again changes nothing"
    owing.do("card", "add", "--partner", "Northwind IT", "--number", "4242424242424242")
    owing.do("collect")
    assert owing.rows("standing", "list")[0]["state"] == "good"
    assert "overdue any more" in owing.refused(*approve, "--yes")


def test_m14_a_suspension_is_declined(owing: Console) -> None:
    looked_at(owing, "2026-02-15", "2026-02-22", "2026-03-08", "2026-03-17")
    decline = ("standing", "decline", "Northwind IT", "--reason")
    assert "reason" in owing.refused(*decline, " ")
    assert "2026-03-26T" in owing.do(*decline, "they pay on Monday")
    assert owing.rows("standing", "list")[0]["next"] == "proposal"
    assert "No suspension" in owing.refused(*decline, "again")


def test_m14_it_is_said_that_a_seller_without_an_address_is_not_mailed(owing: Console) -> None:
    looked_at(owing, "2026-02-15")
    assert "Nobody is mailed" not in owing.do("standing", "list"), "a warning is the partner's"
    looked_at(owing, "2026-02-22", "2026-03-08", "2026-03-17")
    assert owing.do("standing", "list").endswith("Give it one: pleamar seller --email\n")
    assert "no e-mail address for answers to mails" in owing.run("check-config").out
    owing.do("seller", "--email", "billing@meridian.example")
    assert "Nobody is mailed" not in owing.do("standing", "list")
    assert "billing@meridian.example" in owing.run("check-config").out


def test_m14_a_sandbox_that_advances_tells_of_every_step(owing: Console) -> None:
    """Also of the proposal, of which nobody is mailed: the seller has no address."""
    lines = owing.do("sandbox", "advance", "--days", "31").splitlines()
    told = [
        (line[:10], step) for line in lines for step in ("1 partner warned", "1 suspension proposed") if step in line
    ]
    assert told == [
        ("2026-02-15", "1 partner warned"),
        ("2026-02-22", "1 partner warned"),
        ("2026-03-08", "1 partner warned"),
        ("2026-03-17", "1 suspension proposed"),
    ]
