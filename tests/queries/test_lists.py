"""Partners, accounts, statements and invoices, as they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.models import Meter, Partner
from pleamar.queries.invoices import invoices
from pleamar.queries.partners import CardOnFile, accounts, find_account, find_partner, partners
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.statements import StatementRow, statements
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from tests.queries.small_world import CREATED, FIRST_END, NOW, PEAK_AT, SECOND_END, THIRD_END, SmallWorld


def test_statements_come_in_the_order_of_their_cycles(world: SmallWorld) -> None:
    rows = statements(EVERYTHING, "Northwind IT")
    unit_price = Decimal("2.4")
    assert rows == [
        StatementRow(CREATED, FIRST_END, 19, PEAK_AT, unit_price, "USD", Money(4560, "USD"), shadow=False),
        StatementRow(FIRST_END, SECOND_END, 12, FIRST_END, unit_price, "USD", Money(2880, "USD"), shadow=False),
        StatementRow(
            SECOND_END,
            THIRD_END,
            14,
            datetime(2026, 3, 16, 8, tzinfo=UTC),
            unit_price,
            "USD",
            Money(3360, "USD"),
            shadow=False,
        ),
    ]
    assert [row.peak for row in statements(EVERYTHING, "Quiet")] == [0, 0, 0]
    assert all(row.shadow for row in statements(EVERYTHING, "Tailwind"))


def test_invoices_tell_what_is_still_owed(world: SmallWorld) -> None:
    rows = invoices(EVERYTHING)
    assert [(row.number, row.state, row.total.minor, row.outstanding.minor) for row in rows] == [
        ("INV-000001", "paid", 5518, 0),
        ("INV-000002", "paid", 3485, 0),
        ("INV-000003", "open", 4066, 4066),
    ]
    assert rows == invoices(EVERYTHING, "Northwind IT") == invoices(Scope(world.northwind.pk))
    assert (rows[0].partner, rows[0].cycle_start, rows[0].cycle_end) == ("Northwind IT", CREATED, FIRST_END)
    assert (rows[0].held, rows[0].currency) == (False, "USD")
    assert invoices(EVERYTHING, "Tailwind") == invoices(Scope(world.quiet.pk)) == []


def test_m12_partners_are_listed_as_they_stand(world: SmallWorld) -> None:
    northwind, quiet, tailwind = partners(EVERYTHING, now=NOW)
    assert (northwind.name, northwind.seats, northwind.peak) == ("Northwind IT", 15, 15)
    assert (northwind.cycle_start, northwind.cycle_end) == (THIRD_END, datetime(2026, 5, 15, tzinfo=UTC))
    assert northwind.card == CardOnFile("Visa", "0002", usable=True)
    assert northwind.outstanding == (Money(4066, "USD"),)
    assert (northwind.shadow, northwind.ended, northwind.public_id) == (False, False, world.northwind.public_id)
    assert (quiet.seats, quiet.peak, quiet.card, quiet.outstanding) == (0, 0, None, (Money(0, "GBP"),))
    assert (tailwind.shadow, tailwind.seats, tailwind.currency) == (True, 7, "EUR")
    assert [row.name for row in partners(Scope(world.quiet.pk), now=NOW)] == ["Quiet"]


def test_a_meter_that_is_not_rolled_is_read_as_if_it_were(world: SmallWorld) -> None:
    world.activate(world.contoso, ["one@example.com"])
    world.deactivate(world.contoso, ["one@example.com"])
    Partner.unscoped.filter(pk=world.northwind.pk).update(timezone="Europe/Madrid", currency="EUR")
    before = Meter.unscoped.filter(pk=world.northwind.pk).values().get()
    (row,) = partners(Scope(world.northwind.pk), now=datetime(2026, 6, 20, tzinfo=UTC))
    assert (row.cycle_start, row.cycle_end) == (
        datetime(2026, 6, 14, 22, tzinfo=UTC),
        datetime(2026, 7, 14, 22, tzinfo=UTC),
    )
    assert (row.seats, row.peak, row.peak_at) == (15, 15, row.cycle_start)
    assert (row.timezone, row.currency) == ("Europe/Madrid", "EUR")
    (still,) = partners(Scope(world.northwind.pk), now=NOW)
    assert (still.peak, still.timezone, still.currency) == (16, "UTC", "USD")
    assert Meter.unscoped.filter(pk=world.northwind.pk).values().get() == before


def test_m26_a_closed_partner_stays_in_its_last_cycle(world: SmallWorld) -> None:
    Meter.unscoped.filter(pk=world.northwind.pk).update(ends_with_cycle=True)
    (row,) = partners(Scope(world.northwind.pk), now=datetime(2026, 8, 1, tzinfo=UTC))
    assert (row.cycle_start, row.peak, row.ended) == (THIRD_END, 15, True)
    (row,) = partners(Scope(world.northwind.pk), now=NOW)
    assert not row.ended


def test_accounts_are_listed_with_their_counts(world: SmallWorld) -> None:
    rows = {row.name: row for row in accounts(EVERYTHING, "Northwind IT")}
    assert {name: (row.state, row.active_members, row.seats) for name, row in rows.items()} == {
        "Contoso": ("live", 15, 15),
        "Fabrikam": ("closed", 5, 0),
        "Own staff": ("live", 3, 0),
    }
    assert (rows["Own staff"].internal, rows["Own staff"].limit, rows["Own staff"].model) == (True, 50, "monthly")
    assert [(row.partner, row.name) for row in accounts(EVERYTHING)] == [
        ("Northwind IT", "Contoso"),
        ("Northwind IT", "Fabrikam"),
        ("Northwind IT", "Own staff"),
        ("Quiet", "Nobody"),
        ("Tailwind", "Contoso"),
    ]


def test_names_are_exact_and_another_scope_sees_nothing(world: SmallWorld) -> None:
    found = find_partner(EVERYTHING, "Northwind IT")
    assert (found.id, found.public_id) == (world.northwind.pk, world.northwind.public_id)
    assert find_account(EVERYTHING, found.id, "Contoso").id == world.contoso.pk
    other = Scope(world.quiet.pk)
    for name in ("Northwind IT", "quiet", ""):
        with pytest.raises(Refused, match="partner_unknown"):
            find_partner(other, name)
    for name in ("Contoso", "Nobody "):
        with pytest.raises(Refused, match="account_unknown"):
            find_account(other, world.northwind.pk, name)
    for query in (statements, invoices, accounts):
        with pytest.raises(Refused, match="partner_unknown"):
            query(other, "Northwind IT")


def test_lists_ask_a_fixed_number_of_times(world: SmallWorld) -> None:
    for query, times in (
        (lambda: partners(EVERYTHING, now=NOW), 3),
        (lambda: accounts(EVERYTHING), 1),
        (lambda: invoices(EVERYTHING), 1),
        (lambda: statements(EVERYTHING, "Northwind IT"), 2),
    ):
        with CaptureQueriesContext(connection) as asked:
            query()
        assert len(asked) == times
