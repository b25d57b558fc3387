"""The seat log as a history file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection

from pleamar.actions.change_seats import change_seats
from pleamar.actions.import_history import HistoryToImport, import_history
from pleamar.models import Cycle, SeatLogEntry
from pleamar.queries.history_export import history_rows
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.statements import statements
from pleamar.queries.truths import check_books
from pleamar.rules import peak
from pleamar.rules.cycles import cycle_end
from pleamar.rules.history import HistoryRow, ReplayedAccount, replay
from pleamar.rules.refusals import Refused
from tests.fakes.people import TESTER, active, emails, inactive
from tests.queries.small_world import NOW, SmallWorld


def test_the_file_tells_what_was_done_in_order(world: SmallWorld) -> None:
    rows = [tuple(row) for row in history_rows(EVERYTHING, "Northwind IT")]
    expected = [
        ("2026-01-15T09:00:00.000000Z", "Contoso", "", "live"),
        ("2026-01-15T09:00:00.000001Z", "Own staff", "", "trial"),
        ("2026-01-15T09:00:00.000002Z", "Fabrikam", "", "trial"),
        *(("2026-01-16T08:00:00.000000Z", "Contoso", email, "active") for email in emails(12)),
        *(("2026-01-16T08:00:00.000001Z", "Own staff", email, "active") for email in emails(3)),
        *(("2026-01-17T08:00:00.000000Z", "Fabrikam", email, "active") for email in emails(5, 50)),
        ("2026-01-20T08:00:00.000000Z", "Fabrikam", "", "live"),
        *(("2026-01-22T08:00:00.000000Z", "Contoso", email, "inactive") for email in emails(4)),
        *(("2026-01-25T08:00:00.000000Z", "Contoso", email, "active") for email in emails(6, 100)),
        ("2026-01-28T08:00:00.000000Z", "Fabrikam", "", "closed"),
        *(("2026-02-15T00:00:00.000000Z", "Contoso", email, "inactive") for email in emails(2, 4)),
        *(("2026-02-20T08:00:00.000000Z", "Contoso", email, "inactive") for email in emails(3, 6)),
        *(("2026-02-20T08:00:00.000000Z", "Contoso", email, "active") for email in emails(3, 200)),
        *(("2026-03-16T08:00:00.000000Z", "Contoso", email, "active") for email in emails(2, 300)),
        *(("2026-04-18T08:00:00.000000Z", "Contoso", email, "active") for email in emails(1, 400)),
    ]
    assert sorted(rows) == sorted(expected)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_m06_in_one_moment_accounts_come_before_members(world: SmallWorld) -> None:
    world.at(4, 19)
    change_seats(
        world.northwind.pk,
        inactive(world.contoso.pk, emails(1, 400)) + active(world.fabrikam.pk, emails(1, 900)),
        states={world.fabrikam.pk: "live"},
        cause=TESTER,
        clock=world.clock,
    )
    last = [(row.account, bool(row.member)) for row in history_rows(EVERYTHING, "Northwind IT")][-3:]
    assert last[0] == ("Fabrikam", False)
    assert sorted(last[1:]) == [("Contoso", True), ("Fabrikam", True)]


def test_p2_counted_again_elsewhere_it_gives_the_same_peaks(world: SmallWorld) -> None:
    rows = [
        HistoryRow(datetime.fromisoformat(row.at), row.account, row.member or None, row.change)  # type: ignore[arg-type]
        for row in history_rows(EVERYTHING, "Northwind IT")
    ]
    partner = world.northwind

    def end_of(index: int) -> datetime:
        return cycle_end(partner.anchor, index, partner.timezone)

    accounts: dict[str, ReplayedAccount] = {}
    meter, cycles = peak.opened(partner.created_at, end_of(0)), []
    for step in replay(rows, accounts):
        ended, meter = peak.roll(meter, step.at, end_of)
        cycles += ended
        meter = peak.step(meter, step.at, sum(entry.delta for entry in step.entries if entry.billable))
    ended, meter = peak.roll(meter, NOW, end_of)
    cycles += ended
    stored = Cycle.unscoped.filter(partner=partner).order_by("index")
    assert [(cycle.peak, cycle.peak_at, cycle.opening, cycle.closing) for cycle in cycles] == list(
        stored.values_list("peak", "peak_at", "opening", "closing")
    )
    assert (meter.seats, meter.peak) == (15, 15)


def test_p2_imported_elsewhere_it_gives_the_same_statements(world: SmallWorld) -> None:
    rows = [
        HistoryRow(datetime.fromisoformat(row.at), row.account, row.member or None, row.change)  # type: ignore[arg-type]
        for row in history_rows(EVERYTHING, "Northwind IT")
    ]
    copy = HistoryToImport("Copy", "USD", "UTC", world.northwind.created_at, None, "history.csv", "0" * 64, rows)
    import_history(copy, cause=TESTER, now=NOW)
    told = [replace(row, shadow=False) for row in statements(EVERYTHING, "Copy")]
    assert told == statements(EVERYTHING, "Northwind IT")
    assert list(history_rows(EVERYTHING, "Copy")) == list(history_rows(EVERYTHING, "Northwind IT"))
    assert check_books(EVERYTHING) == []


def test_an_erased_person_is_still_one(world: SmallWorld) -> None:
    number = SeatLogEntry.unscoped.filter(account=world.fabrikam, member__isnull=False).latest("id").member_id
    with connection.cursor() as cursor:
        cursor.execute("UPDATE member SET email = '' WHERE id = %s", [number])
    told = {row.member for row in history_rows(EVERYTHING, "Northwind IT") if row.account == "Fabrikam"}
    assert f"member-{number}@erased.invalid" in told


def test_another_scope_sees_no_such_partner(world: SmallWorld) -> None:
    with pytest.raises(Refused, match="partner_unknown"):
        history_rows(Scope(world.quiet.pk), "Northwind IT")
    assert [row.change for row in history_rows(Scope(world.quiet.pk), "Quiet")] == ["live"]
