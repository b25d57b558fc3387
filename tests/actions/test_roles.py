"""What the database itself refuses: to rewrite what is only ever added, and to be another installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, connection, transaction

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.delete_members import delete_members
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.hold_invoice import hold_invoice, release_invoice
from pleamar.actions.import_history import HistoryToImport, import_history
from pleamar.actions.import_members import import_members
from pleamar.actions.install import install
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.render_invoice import render_invoice
from pleamar.models import Account, Cycle, Installation, Invoice, InvoiceDocument, Partner
from pleamar.models.web_role import NEVER_DELETED, ONLY_EVER_ADDED, WRITTEN_LATER, grant_web_role
from pleamar.ports.people import Person
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.history import HistoryRow
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.clock import SteppedClock
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER, active, emails

HELD = replace(TESTER, reason="disputed")
DUE = datetime(2026, 2, 1, 9, 1, tzinfo=UTC)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def as_web_role(installation: Installation) -> Iterator[None]:
    # As an earlier version left it; this one takes back what it does not give, and may come again.
    run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pleamar_web")
    run("GRANT UPDATE (peak) ON cycle TO pleamar_web")
    grant_web_role(connection, "pleamar_web")
    grant_web_role(connection, "pleamar_web")
    run("SET ROLE pleamar_web")
    yield
    run("RESET ROLE")


@pytest.mark.parametrize("table", ONLY_EVER_ADDED)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_p2_even_their_owner_cannot_rewrite_them(installation: Installation, table: str, act: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of the installation's own making is pending any more
    with pytest.raises(Error, match="only ever added"):
        run(act.format(table))


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE seat_log SET delta = 2",
        "DELETE FROM statement",
        "TRUNCATE member CASCADE",
        "DROP TABLE member CASCADE",
        "ALTER TABLE seat_log DISABLE TRIGGER ALL",
        "CREATE TABLE own (id int)",
        "DELETE FROM django_migrations",
        "UPDATE cycle SET peak = 1",
        "UPDATE cycle SET closed_at = now(), peak = 1",
        "UPDATE invoice SET net = 1, total = 1",
        "UPDATE invoice SET number = 'INV-1'",
        "UPDATE number_series SET series = 'X'",
        *(f"DELETE FROM {table}" for table in NEVER_DELETED),
    ],
)
def test_the_web_role_may_not_even_try(as_web_role: None, act: str) -> None:
    with pytest.raises(Error, match=r"permission denied|must be owner"):
        run(act)


@pytest.mark.parametrize(("table", "columns"), WRITTEN_LATER.items())
def test_the_web_role_may_write_what_is_written_later(as_web_role: None, table: str, columns: tuple[str, ...]) -> None:
    run(f"UPDATE {table} SET {', '.join(f'{column} = {column}' for column in columns)}")


def test_the_web_role_can_do_the_daily_work(installation: Installation, clock: SteppedClock, as_web_role: None) -> None:
    partner = open_partner(NewPartner("Northwind IT", "USD"), created=clock(), cause=TESTER, now=clock())
    account = open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
    assert change_seats(partner.pk, active(account.pk, emails(2)), cause=TESTER, clock=clock).activated == 2
    put_card_on_file(partner, "4000000000009995", clock)
    clock.set(DUE)
    assert close_cycles(cause=TESTER, now=DUE).invoices == 1
    number = Invoice.unscoped.get().number
    assert collect_charges(sandbox_gateway(clock), now=DUE, leasing=leasing()).declined == 1
    hold_invoice(number, cause=HELD, now=DUE)
    put_card_on_file(partner, "4242424242424242", clock)
    assert collect_charges(sandbox_gateway(clock), now=DUE, leasing=leasing()).succeeded == 0
    release_invoice(number, cause=TESTER, now=DUE)
    assert collect_charges(sandbox_gateway(clock), now=DUE, leasing=leasing()).succeeded == 1
    render_invoice(number, scope=EVERYTHING, paper=lambda _: b"%PDF", language="en", now=DUE)
    assert InvoiceDocument.unscoped.count() == 1
    assert check_books(EVERYTHING) == []


def test_the_web_role_can_do_the_rarer_work(account: Account, clock: SteppedClock, as_web_role: None) -> None:
    everybody = [Person(email, "Somebody", None) for email in emails(3)]
    import_members(account.partner_id, account.pk, everybody, cause=TESTER, clock=clock)
    change_terms(account.partner_id, timezone="Europe/Madrid", cause=TESTER, now=clock())
    delete_members(account.partner_id, account.pk, emails(1), cause=TESTER, clock=clock)
    close_account(account.partner_id, account.pk, cause=TESTER, clock=clock)
    close_partner(account.partner_id, cause=TESTER, clock=clock)
    describe_seller(name="Meridian GmbH", cause=TESTER, now=clock())
    begun = clock() - timedelta(days=100)
    rows = [HistoryRow(begun, "Elsewhere's", None, "live"), HistoryRow(begun, "Elsewhere's", "a@x.example", "active")]
    history = HistoryToImport("Elsewhere", "USD", "UTC", begun, clock(), "history.csv", "0" * 64, rows)
    import_history(history, cause=TESTER, now=clock())
    assert close_cycles(cause=TESTER, now=DUE).invoices == 1
    assert check_books(EVERYTHING) == []


def put_card_on_file(partner: Partner, number: str, clock: SteppedClock) -> None:
    gateway = sandbox_gateway(clock)
    card = gateway.register_card(number, customer=partner.public_id)
    add_payment_method(partner.pk, card, provider=gateway.provider, cause=TESTER, now=clock())


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE cycle SET peak = 1",
        "UPDATE cycle SET closed_at = NULL",
        "UPDATE cycle SET closed_at = now()",
        "UPDATE cycle SET closed_at = closed_at, ends_at = ends_at + interval '1 s'",
        "DELETE FROM cycle",
        "TRUNCATE cycle CASCADE",
    ],
)
def test_not_even_their_owner_can_rewrite_ended_cycles(account: Account, act: str) -> None:
    close_cycles(cause=TESTER, now=DUE)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert Cycle.unscoped.get().closed_at == DUE
    with pytest.raises(Error, match=r"written once|only ever added"):
        run(act)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE installation SET mode = 'live'",
        "UPDATE installation SET uid = gen_random_uuid()",
        "DELETE FROM installation",
        "INSERT INTO installation SELECT 2, gen_random_uuid(), mode, clock_offset, created_at FROM installation",
    ],
)
def test_an_installation_stays_what_it_is(installation: Installation, act: str) -> None:
    with pytest.raises(Error, match=r"written once|installation_is_one"):
        run(act)


def test_a_live_installations_clock_cannot_be_moved(db: None, clock: SteppedClock) -> None:
    install("live", seller="Meridian Software", cause=TESTER, now=clock())
    with pytest.raises(Error, match="clock_is_real"):
        run("UPDATE installation SET clock_offset = '1 day'")
    with pytest.raises(Refused, match="installation_mode_is_set"):
        install("sandbox", seller="Meridian Software", cause=TESTER, now=clock())
