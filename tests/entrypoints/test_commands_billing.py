"""Closing and collecting by hand, the invoices that come of it, and what a live installation refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from pleamar.actions.install import install
from pleamar.models import Installation
from pleamar.wiring.clock import clock
from tests.entrypoints.console import Console
from tests.fakes.people import TESTER

CARD = "4242424242424242"


@pytest.fixture
def billed(console: Console) -> Console:
    """Two active members since 15 January, two cycles closed, nothing paid."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    console.do("account", "add", "Contoso", "--partner", "Northwind IT")
    people = console.file("email\na@x.example\nb@x.example\n")
    console.do("import-members", people, "--account", "Contoso", "--partner", "Northwind IT")
    assert console.do("close", "--now", "2026-03-15T00:00:00Z") == (
        "The sandbox's clock is now 2026-03-15T00:00:00Z.\n2 cycles closed, 2 invoices issued, 0 charges planned.\n"
    )
    return console


def test_close_moves_the_sandboxs_clock(billed: Console) -> None:
    assert f"{clock()():%Y-%m-%d}" == "2026-03-15"
    assert billed.do("close") == "0 cycles closed, 0 invoices issued, 0 charges planned.\n"
    assert billed.do("close", "--now", "2026-04-15T02:00:00+02:00").endswith(
        "1 cycle closed, 1 invoice issued, 0 charges planned.\n"
    )


def test_an_earlier_time_moves_nothing(billed: Console) -> None:
    assert billed.do("close", "--now", "2026-02-01T00:00:00Z") == (
        "0 cycles closed, 0 invoices issued, 0 charges planned.\n"
    )
    assert f"{clock()():%Y-%m-%d}" == "2026-03-15"


def test_invoices_have_exactly_these_columns(billed: Console) -> None:
    lines = billed.do("invoices", "--format", "csv").splitlines()
    assert lines[0] == "number,partner,issued_at,cycle_start,cycle_end,state,currency,total,outstanding"
    assert lines[2] == (
        "INV-000002,Northwind IT,2026-03-15T00:00:00Z,2026-02-15T00:00:00Z,2026-03-15T00:00:00Z,open,USD,4.80,4.80"
    )
    assert len(billed.rows("invoices", "--partner", "Northwind IT")) == 2


def test_a_card_pays_what_is_outstanding(billed: Console) -> None:
    assert billed.rows("partner", "list")[0]["outstanding"] == "9.60 USD"
    told = billed.do("card", "add", "--partner", "Northwind IT", "--number", CARD)
    assert told.endswith("What was outstanding: 1 charge succeeded, 0 declined. See: pleamar invoices\n")
    assert {row["state"] for row in billed.rows("invoices")} == {"paid"}
    assert billed.do("check-books").startswith("The books agree")


def test_collect_charges_what_was_closed(billed: Console) -> None:
    billed.do("card", "add", "--partner", "Northwind IT", "--number", CARD)
    assert "1 charge planned" in billed.do("close", "--now", "2026-04-15T00:00:00Z")
    assert billed.do("collect") == (
        "1 charge succeeded, 0 declined, 0 waiting for cardholder or bank, 0 still without an answer.\n"
    )
    assert billed.do("collect") == (
        "0 charges succeeded, 0 declined, 0 waiting for cardholder or bank, 0 still without an answer.\n"
    )


def test_a_declined_card_leaves_it_open(billed: Console) -> None:
    told = billed.do("card", "add", "--partner", "Northwind IT", "--number", "4000000000000002")
    assert "0 charges succeeded, 1 declined" in told
    assert {row["state"] for row in billed.rows("invoices")} == {"open"}


def test_an_invoice_is_written_as_a_pdf_the_same_every_time(billed: Console) -> None:
    first, again = billed.folder / "1.pdf", billed.folder / "2\udcff.pdf"
    told = billed.do("invoice", "INV-000001", "--pdf", str(first))
    assert told.startswith(f"{first}: ")
    billed.do("invoice", "INV-000001", "--pdf", str(again), "--language", "es")
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("number", ["", "INV-99", "INV-000001; DROP TABLE invoice", "2", "x" * 10_000, "発票", "inv_1"])
def test_an_invoice_that_is_none_is_refused(billed: Console, number: str) -> None:
    assert "There is no invoice" in billed.refused("invoice", "--pdf", str(billed.folder / "x.pdf"), "--", number)
    assert not (billed.folder / "x.pdf").exists()


def test_a_pdf_that_cannot_be_written_is_refused(billed: Console, tmp_path: Path) -> None:
    billed.do("invoice", "INV-000001", "--pdf", str(tmp_path / "x.pdf"))
    for where in (tmp_path / "missing" / "x.pdf", tmp_path, Path("/dev/null/x.pdf")):
        assert "cannot be written" in billed.refused("invoice", "INV-000001", "--pdf", str(where))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-04-15", "does not say its offset"),
        ("2026-04-15T00:00:00", "does not say its offset"),
        ("tomorrow", "is not a time"),
        ("1768467600", "is not a time"),
        ("0001-01-01T00:00:00Z", "too early"),
        ("0001-01-01T00:00:00+14:00", "is not a time"),
        ("9999-12-31T23:59:59Z", "too late"),
        ("9999-12-31T23:59:59-14:00", "is not a time"),
        ("2026-02-30T00:00:00Z", "is not a time"),
        ("", "is not a time"),
    ],
)
@pytest.mark.parametrize("command", ["close", "collect"])
def test_a_time_that_is_none_is_refused(console: Console, command: str, now: str, said: str) -> None:
    if now:
        assert said in console.refused(command, "--now", now)
    else:
        assert said in console.refused(command, "--now=")


def test_only_the_partner_without_a_price_book_waits(console: Console) -> None:
    for currency in ("USD", "JPY"):
        console.do("partner", "add", currency, "--currency", currency)
    assert console.do("close", "--now", "2026-02-15T00:00:00Z").endswith(
        "1 cycle closed, 0 invoices issued, 0 charges planned.\n"
        "JPY waits for a price book in JPY: pleamar prices load\n"
    )


def test_books_that_differ_are_told_and_exit_with_one(billed: Console) -> None:
    Installation.objects.update(created_at=clock()())
    billed.do("check-books")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; UPDATE meter SET seats = 3, peak = 7")
    said = billed.run("check-books")
    assert said.code == 1
    assert "Northwind IT" in said.out
    assert said.err.startswith("pleamar: the books differ in ")


def test_a_live_installation_refuses_what_is_for_sandboxes(
    db: None, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLEAMAR_LANGUAGE", "en")
    install("live", seller="Meridian Software", cause=TESTER, now=clock()())
    console = Console(capsys, tmp_path)
    console.do("partner", "add", "Northwind IT", "--currency", "USD", "--created", "2026-01-15T09:00:00Z")
    assert "works only in a sandbox" in console.refused("card", "add", "--partner", "Northwind IT", "--number", CARD)
    assert "PLEAMAR_STRIPE_KEY" in console.refused("collect")
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", "sk_live_of_nobody")
    for command in ("close", "collect"):
        for now in ("2199-01-01T00:00:00Z", "2026-02-15T00:00:00Z"):
            assert "its clock cannot be moved" in console.refused(command, "--now", now)
    assert "never becomes a sandbox" in console.refused("migrate", "--mode", "sandbox")
    assert "live installation" in console.do("migrate", "--mode", "live")
    assert "0 invoices issued" in console.do("close")
