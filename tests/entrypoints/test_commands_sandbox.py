"""Time that passes in a sandbox, what goes wrong in it, and cardholders and banks that are played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pleamar.actions.install import install
from pleamar.models import Charge, Installation
from pleamar.queries.due_dates import next_due
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock
from tests.entrypoints.console import Console
from tests.fakes.people import TESTER

SECURE, PROCESSED, DISPUTED, DECLINED_TWICE, GOOD, EXPIRED = (
    *("4000002760003184", "4000000000009946", "4000000000000259"),
    *("4000000000009953", "4242424242424242", "4000000000000069"),
)


@pytest.fixture
def northwind(console: Console) -> Console:
    """A partner since 15 January, 09:00, with 20 active members."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    console.do("account", "add", "Contoso", "--partner", "Northwind IT")
    people = console.file("email\n" + "".join(f"m{number}@x.example\n" for number in range(20)))
    console.do("import-members", people, "--account", "Contoso", "--partner", "Northwind IT")
    return console


def card(console: Console, number: str) -> None:
    console.do("card", "add", "--partner", "Northwind IT", "--number", number)


def advance(console: Console, days: int) -> list[str]:
    """What each step did, without the last line, which says what time it is."""
    lines = console.do("sandbox", "advance", "--days", str(days)).splitlines()
    assert lines[-1].startswith("The sandbox's clock is now ")
    return lines[:-1]


def test_each_cycle_is_closed_and_charged_when_it_ends(northwind: Console) -> None:
    card(northwind, GOOD)
    steps = advance(northwind, 70)
    assert [line.partition("  ")[0][:10] for line in steps] == ["2026-02-15", "2026-03-15"]
    assert all("1 cycle closed, 1 invoice, 1 charge succeeded" in line for line in steps)
    assert f"{clock()():%Y-%m-%d}" == "2026-03-26"
    assert [row["issued_at"][:10] for row in northwind.rows("invoices")] == ["2026-02-15", "2026-03-15"]
    assert {row["state"] for row in northwind.rows("charges")} == {"succeeded"}
    assert northwind.do("check-books").startswith("The books agree")


def test_to_the_end_of_a_cycle(northwind: Console) -> None:
    card(northwind, GOOD)
    told = northwind.do("sandbox", "advance", "--to-cycle-end", "Northwind IT").splitlines()
    end = northwind.rows("statements", "--partner", "Northwind IT")[0]["cycle_end"]
    assert told[-1] == f"The sandbox's clock is now {end}."
    assert "1 charge succeeded" in told[0]


def test_a_soft_decline_is_tried_again_on_its_days(northwind: Console) -> None:
    card(northwind, DECLINED_TWICE)
    steps = advance(northwind, 40)
    days = [line[:10] for line in steps if "declined" in line or "succeeded" in line]
    assert days == ["2026-02-15", "2026-02-16", "2026-02-18"]
    assert "1 charge succeeded" in steps[-1]


def test_a_due_date_that_stays_due_is_passed_over(console: Console) -> None:
    console.do("partner", "add", "Fuji", "--currency", "JPY")  # there is no price book
    advance(console, 100)
    assert console.rows("statements", "--partner", "Fuji") == []
    assert f"{clock()():%Y-%m-%d}" == "2026-04-25"


def test_a_payment_that_is_processed_is_looked_at_again(northwind: Console) -> None:
    card(northwind, PROCESSED)
    steps = advance(northwind, 32)
    assert "1 waiting" in steps[0]
    assert any("1 charge succeeded" in line or "1 event" in line for line in steps[1:])
    assert [row["state"] for row in northwind.rows("charges")] == ["succeeded"]


def test_the_clock_only_goes_where_anybody_can_mean(northwind: Console) -> None:
    assert "2200" in northwind.refused("sandbox", "advance", "--days", "99999")
    for days in ("0", "-1", "1.5", "x" * 500, "٣"):
        assert northwind.run("sandbox", "advance", "--days", days).code == 2
    assert northwind.run("sandbox", "advance").code == 2
    assert "no partner" in northwind.refused("sandbox", "advance", "--to-cycle-end", "Nobody")


def test_next_due_is_later(northwind: Console) -> None:
    reminder = next_due(EVERYTHING, clock()())
    assert reminder is not None
    end = next_due(EVERYTHING, reminder)
    assert end == reminder + timedelta(days=3), "that the cycle ends is told three days before"
    assert next_due(EVERYTHING, end - timedelta(microseconds=1)) == end
    assert next_due(EVERYTHING, end) is None


def charge_of(console: Console, number: str) -> str:
    """The public id of the one charge, made on this card."""
    card(console, number)
    advance(console, 32)
    (charge,) = Charge.unscoped.all()
    return charge.public_id


def test_the_cardholder_finishes_three_d_secure(northwind: Console) -> None:
    charge = charge_of(northwind, SECURE)
    (row,) = northwind.rows("charges", "--partner", "Northwind IT")
    assert (row["id"], row["state"], row["invoices"]) == (charge, "action_required", "INV-000001")
    assert northwind.do("sandbox", "act", "--charge", charge) == f"Charge {charge} is succeeded.\n"
    assert [row["state"] for row in northwind.rows("invoices")] == ["paid"]
    assert "does not wait" in northwind.refused("sandbox", "act", "--charge", charge)


def test_the_cardholder_fails_three_d_secure(northwind: Console) -> None:
    charge = charge_of(northwind, SECURE)
    assert northwind.do("sandbox", "act", "--charge", charge, "--fail").startswith(f"Charge {charge} is ")
    assert [row["state"] for row in northwind.rows("invoices")] == ["open"]
    assert northwind.rows("charges")[0]["decline"] == "payment_intent_authentication_failure"


@pytest.mark.parametrize(("decision", "state"), [("--lost", "open"), ("--won", "paid")])
def test_a_charge_is_disputed_and_decided(northwind: Console, decision: str, state: str) -> None:
    charge = charge_of(northwind, GOOD)
    opened = northwind.do("sandbox", "dispute", "--charge", charge)
    assert opened == f"The dispute over 48.00 USD is open.\nCharge {charge} is succeeded.\n"
    assert decision[2:] in northwind.do("sandbox", "dispute", "--charge", charge, decision)
    assert [row["state"] for row in northwind.rows("invoices")] == [state]
    assert northwind.do("check-books").startswith("The books agree")


def test_a_card_whose_charge_is_disputed_at_once(northwind: Console) -> None:
    charge = charge_of(northwind, DISPUTED)
    assert "is lost" in northwind.do("sandbox", "dispute", "--charge", charge, "--lost")
    assert "decided already" in northwind.refused("sandbox", "dispute", "--charge", charge)
    (row,) = northwind.rows("charges")
    assert row["problem"] == "dispute lost"
    assert "open, on hold" in northwind.do("invoices", "--format", "table")
    assert "1 invoice on hold: see pleamar invoices." in northwind.do("collect")


def test_a_dispute_that_is_open_is_not_opened_again(northwind: Console) -> None:
    charge = charge_of(northwind, DISPUTED)
    assert "open dispute already" in northwind.refused("sandbox", "dispute", "--charge", charge)


def test_what_goes_on_later_is_told(northwind: Console) -> None:
    card(northwind, GOOD)
    northwind.do("close", "--now", "2026-02-15T00:00:00Z")
    northwind.do("sandbox", "fault", "create", "lost_answer")
    assert "1 still without an answer" in northwind.do("collect")
    again = northwind.do("collect")
    assert "0 still without an answer" in again
    assert "1 charge goes on later: pleamar charges says when." in again


def test_charges_that_were_never_sent_are_shown_when_asked_for(northwind: Console) -> None:
    card(northwind, GOOD)
    northwind.do("close", "--now", "2026-04-20T00:00:00Z")
    (planned,) = northwind.rows("charges")
    assert (planned["state"], len(planned["invoices"].split())) == ("planned", 3)
    everything = northwind.rows("charges", "--all")
    assert [row["problem"] for row in everything[:-1]] == ["withdrawn: planned anew"] * 2
    assert {row["decline"] for row in everything} == {""}


def test_a_lost_answer_is_asked_for_again(northwind: Console) -> None:
    card(northwind, GOOD)
    assert northwind.do("sandbox", "fault", "confirm", "lost_answer", "--times", "2") == (
        "lost_answer strikes the next 2 calls of confirm.\n"
    )
    advance(northwind, 32)
    assert [row["state"] for row in northwind.rows("invoices")] == ["paid"]
    assert [row["state"] for row in northwind.rows("charges")] == ["succeeded"]
    assert northwind.do("sandbox", "fault", "confirm", "slow", "--times", "0") == "Nothing strikes confirm any more.\n"


def test_a_fault_that_there_is_not(northwind: Console) -> None:
    for typed in (("conform", "slow"), ("confirm", "fire"), ("confirm", "slow", "--times", "-1")):
        assert northwind.run("sandbox", "fault", *typed).code == 2


def test_charges_have_exactly_these_columns(northwind: Console) -> None:
    assert northwind.do("charges", "--format", "csv").splitlines() == [
        "id,partner,planned_at,currency,amount,state,invoices,decline,due_at,problem"
    ]
    charge_of(northwind, EXPIRED)
    (row,) = northwind.rows("charges")
    assert (row["partner"], row["currency"], row["amount"]) == ("Northwind IT", "USD", "48.00")
    assert (row["state"], row["decline"], row["due_at"]) == ("canceled", "expired_card", "")
    assert "no partner" in northwind.refused("charges", "--partner", "Nobody")


@pytest.mark.parametrize("charge", ["", "chg_1", "inv_" + "0" * 26, "chg_" + "0" * 26, "chg_" + "z" * 26, "x" * 5_000])
def test_a_charge_that_there_is_not(northwind: Console, charge: str) -> None:
    for command in ("act", "dispute"):
        assert "There is no charge" in northwind.refused("sandbox", command, "--charge", charge)


def test_a_charge_of_which_nothing_was_sent(northwind: Console) -> None:
    card(northwind, GOOD)
    northwind.do("close", "--now", "2026-02-15T12:00:00Z")
    (charge,) = northwind.rows("charges")
    assert charge["state"] == "planned"
    assert "Nothing was sent" in northwind.refused("sandbox", "act", "--charge", charge["id"])


def test_nothing_of_this_in_a_live_installation(
    db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install("live", seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("PLEAMAR_HOME", str(tmp_path))
    monkeypatch.setenv("PLEAMAR_LANGUAGE", "en")
    console = Console(capsys, tmp_path)
    assert "clock cannot be moved" in console.refused("sandbox", "advance", "--days", "1")
    for typed in (("fault", "create", "slow"), ("act", "--charge", "chg_1"), ("dispute", "--charge", "chg_1")):
        assert "works only in a sandbox" in console.refused("sandbox", *typed)
    assert Installation.objects.get().clock_offset == timedelta(0)
