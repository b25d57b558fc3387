"""The truths of the books: quiet while they hold, and each the one that speaks when its own does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_partner import close_partner
from pleamar.models import Invoice, Meter
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths import TRUTHS, check_books
from tests.fakes.people import TESTER, active, emails, inactive
from tests.queries.small_world import SECOND_END, SmallWorld

Corrupt = Callable[..., int]

_STAFF = "(SELECT id FROM account WHERE name = 'Own staff')"
_NORTHWIND = "(SELECT id FROM partner WHERE name = 'Northwind IT')"
_QUIET = "(SELECT id FROM partner WHERE name = 'Quiet')"
_TAILWIND = "(SELECT id FROM partner WHERE name = 'Tailwind')"
_CYCLE = f"(SELECT id FROM cycle WHERE partner_id = {_NORTHWIND} AND index = 0)"
_QUIET_CYCLE = f"(SELECT id FROM cycle WHERE partner_id = {_QUIET} AND index = 1)"
_LINE = "(SELECT min(id) FROM invoice_line)"
_BOOKED = "(SELECT min(id) FROM ledger_entry WHERE kind = 'invoice')"
_COLLECTED = "(SELECT min(id) FROM ledger_entry WHERE kind = 'charge')"
_ANY_BATCH = f"(SELECT max(id) FROM seat_batch WHERE partner_id = {_TAILWIND})"


def _case(truth: str, told: str, table: str, statement: str, *without: str) -> object:
    return pytest.param(truth, told, table, statement, without, id=f"{truth}-{told.partition(',')[0]}")


CASES = [
    _case(
        "log_references",
        "time 2026-01-16 08:00:01.000001+00, expected 2026-01-16 08:00:00.000001+00",
        "seat_log",
        "UPDATE seat_log SET at = at + interval '1 s' WHERE id = "
        f"(SELECT min(id) FROM seat_log WHERE account_id = {_STAFF} AND member_id IS NOT NULL)",
    ),
    _case(
        "log_references",
        "rows in the log 0, expected 1 or more",
        "seat_batch",
        "INSERT INTO seat_batch (partner_id, at, actor, means, seats_after) "
        f"VALUES ({_QUIET}, '2026-02-01Z', 'nobody', 'none', 0)",
    ),
    _case(
        "log_references",
        "partner of its batch",
        "seat_log",
        f"UPDATE seat_log SET batch_id = {_ANY_BATCH} "
        f"WHERE id = (SELECT min(id) FROM seat_log WHERE account_id = {_STAFF} AND member_id IS NOT NULL)",
    ),
    _case(
        "log_adds_up",
        "account Own staff at 2026-01-16 08:00:00.000001+00: seats in the log 0, expected 3",
        "account",
        "UPDATE account SET internal = false WHERE name = 'Own staff'",
        "account_seats_are_its_billed_members",
    ),
    _case(
        "batches_and_log",
        "seats after it 18, expected 17",
        "seat_batch",
        "UPDATE seat_batch SET seats_after = 18 WHERE at = (SELECT min(at) FROM seat_batch WHERE seats_after = 17)",
    ),
    _case(
        "members_and_log",
        "of Own staff: active false, expected true",
        "member",
        f"UPDATE member SET active = false WHERE id = (SELECT min(id) FROM member WHERE account_id = {_STAFF})",
    ),
    _case(
        "accounts_and_log",
        "Northwind IT: account Own staff: active members 4, expected 3",
        "account",
        "UPDATE account SET active_members = 4 WHERE name = 'Own staff'",
    ),
    _case(
        "accounts_and_log",
        "account Fabrikam: state trial, expected closed",
        "account",
        "UPDATE account SET state = 'trial' WHERE name = 'Fabrikam'",
    ),
    _case(
        "meters_and_log",
        "Northwind IT: meter: peak 16, expected 15",
        "meter",
        f"UPDATE meter SET peak = peak + 1 WHERE partner_id = {_NORTHWIND}",
    ),
    _case(
        "meters_and_log",
        "meter: moment of the peak 2026-04-18 09:00:00+00, expected 2026-04-18 08:00:00+00",
        "meter",
        f"UPDATE meter SET peak_at = peak_at + interval '1 h' WHERE partner_id = {_NORTHWIND}",
    ),
    _case(
        "meters_and_log",
        "meter: seats 14, expected 15",
        "meter",
        f"UPDATE meter SET seats = seats - 1 WHERE partner_id = {_NORTHWIND}",
    ),
    _case(
        "cycles_are_contiguous",
        "Quiet: cycle 1: start 2026-02-15 01:00:00+00, expected 2026-02-15 00:00:00+00",
        "cycle",
        "UPDATE cycle SET starts_at = starts_at + interval '1 h', peak_at = peak_at + interval '1 h' "
        f"WHERE id = {_QUIET_CYCLE}",
    ),
    _case(
        "cycles_are_contiguous",
        "meter: index 4, expected 3",
        "meter",
        f"UPDATE meter SET index = 4 WHERE partner_id = {_QUIET}",
    ),
    _case(
        "cycles_and_log",
        "cycle 0 from 2026-01-15 09:00:00+00: closing count 15, expected 14",
        "cycle",
        f"UPDATE cycle SET closing = closing + 1 WHERE id = {_CYCLE}",
    ),
    _case(
        "cycles_and_log",
        "moment of the peak 2026-01-25 07:00:00+00, expected 2026-01-25 08:00:00+00",
        "cycle",
        f"UPDATE cycle SET peak_at = peak_at - interval '1 h' WHERE id = {_CYCLE}",
    ),
    _case(
        "cycles_and_log",
        "account Contoso in cycle 0: own peak 15, expected 14",
        "cycle_share",
        f"UPDATE cycle_share SET own_peak = own_peak + 1 WHERE cycle_id = {_CYCLE} AND seats = 14",
    ),
    _case(
        "cycles_and_log",
        "account Fabrikam in cycle 0: share of the peak 0, expected 5",
        "cycle_share",
        f"DELETE FROM cycle_share WHERE cycle_id = {_CYCLE} AND seats = 5",
    ),
    _case(
        "statements_and_cycles",
        "Tailwind: statement of cycle 0: net 15.41 EUR, expected 15.40 EUR",
        "statement",
        f"UPDATE statement SET net = net + 1 WHERE partner_id = {_TAILWIND} "
        "AND cycle_id IN (SELECT id FROM cycle WHERE index = 0)",
    ),
    _case(
        "statements_and_cycles",
        "Quiet: cycle 1 from 2026-02-15 00:00:00+00: statements 0, expected 1",
        "statement",
        f"DELETE FROM statement WHERE cycle_id = {_QUIET_CYCLE}",
    ),
    _case(
        "invoices_and_statements",
        "invoice INV-000001: sum of the lines 4561, expected 4560",
        "invoice_line",
        f"UPDATE invoice_line SET amount = amount + 1 WHERE id = {_LINE}",
    ),
    _case(
        "invoice_numbers",
        "series INV of seller Meridian Software: next number 5, expected 4",
        "number_series",
        "UPDATE number_series SET next_number = next_number + 1",
    ),
    _case(
        "invoice_numbers",
        "invoice INV-000002 of seller Meridian Software: number INV-000002, expected INV-000004",
        "invoice",
        "UPDATE invoice SET sequence = 4 WHERE sequence = 2",
    ),
    _case(
        "invoices_and_postings",
        "entry invoice:",
        "ledger_posting",
        f"UPDATE ledger_posting SET amount = amount - 1 WHERE account = 'revenue' AND entry_id = {_BOOKED}",
    ),
    _case(
        "invoices_and_postings",
        "invoice INV-000001: booked as tax payable -957, expected -958",
        "ledger_posting",
        "UPDATE ledger_posting SET amount = amount + CASE account WHEN 'revenue' THEN -1 ELSE 1 END "
        f"WHERE account IN ('revenue', 'tax_payable') AND entry_id = {_BOOKED}",
    ),
    _case(
        "charges_and_invoices",
        "invoice INV-000001: paid 5517, expected 5518",
        "invoice",
        "UPDATE invoice SET paid = paid - 1, state = 'open' WHERE sequence = 1",
    ),
    _case(
        "charges_and_invoices",
        "live allocations 1, expected 0",
        "charge_allocation",
        "UPDATE charge_allocation SET live = true WHERE NOT live",
    ),
    _case(
        "charges_and_invoices",
        "Northwind IT: receivables in USD: balance 4065, expected 4066",
        "ledger_posting",
        "UPDATE ledger_posting SET amount = amount + CASE account WHEN 'receivable' THEN -1 ELSE 1 END "
        f"WHERE entry_id = {_COLLECTED}",
    ),
    _case(
        "rows_and_owners",
        "partner",
        "invoice_line",
        f"UPDATE invoice_line SET partner_id = {_QUIET} WHERE id = {_LINE}",
    ),
]


def test_p3_the_books_are_quiet(world: SmallWorld) -> None:
    assert check_books(EVERYTHING) == []
    assert check_books(Scope(world.northwind.pk)) == []
    assert dict(Invoice.unscoped.values_list("number", "state")) == {
        "INV-000001": "paid",
        "INV-000002": "paid",
        "INV-000003": "open",
    }


@pytest.mark.parametrize(("truth", "told", "table", "statement", "without"), CASES)
def test_p3_the_truth_that_is_hurt_speaks(
    world: SmallWorld, corrupt: Corrupt, truth: str, told: str, table: str, statement: str, without: tuple[str, ...]
) -> None:
    assert corrupt(table, statement, *without) >= 1
    found = check_books(EVERYTHING)
    assert {difference.truth for difference in found} == {truth}
    assert any(told in difference.text for difference in found), [difference.text for difference in found]


def test_every_truth_has_been_hurt() -> None:
    others = {"credits_and_invoices", "disputes_and_ledger", "partner_credit_and_ledger", "members_and_gates"}
    assert {case.values[0] for case in CASES} | others == {name for name, _ in TRUTHS}  # type: ignore[attr-defined]


def test_a_member_counted_twice_speaks_although_the_sums_are_right(world: SmallWorld, corrupt: Corrupt) -> None:
    row = "SELECT partner_id, account_id, member_id, batch_id, at, {}, billable FROM seat_log WHERE id = {}"
    first = f"(SELECT min(id) FROM seat_log WHERE account_id = {_STAFF} AND member_id IS NOT NULL)"
    last = f"(SELECT max(id) FROM seat_log WHERE account_id = {_STAFF} AND member_id IS NOT NULL)"
    insert = "INSERT INTO seat_log (partner_id, account_id, member_id, batch_id, at, delta, billable)"
    corrupt("seat_log", f"{insert} {row.format(1, first)} UNION ALL {row.format(-1, last)}")
    found = check_books(EVERYTHING)
    assert {difference.truth for difference in found} == {"members_and_log"}
    assert any("change 1, expected -1" in difference.text for difference in found)


def test_another_partners_difference_is_out_of_scope(world: SmallWorld, corrupt: Corrupt) -> None:
    corrupt("meter", f"UPDATE meter SET peak = peak + 1 WHERE partner_id = {_NORTHWIND}")
    assert [difference.partner for difference in check_books(Scope(world.northwind.pk))] == ["Northwind IT"]
    assert check_books(Scope(world.quiet.pk)) == []


def test_m05_m06_the_books_hold_on_the_edge_of_a_cycle_and_in_mixed_batches(world: SmallWorld) -> None:
    world.clock.set(SECOND_END.replace(month=5))
    change_seats(
        world.northwind.pk,
        active(world.fabrikam.pk, emails(9, 500)) + inactive(world.contoso.pk, emails(5, 8)),
        states={world.fabrikam.pk: "live"},
        cause=TESTER,
        clock=world.clock,
    )
    assert check_books(EVERYTHING) == []
    world.turn(world.contoso, "closed")
    world.at(5, 20)
    change_seats(
        world.northwind.pk,
        inactive(world.contoso.pk, emails(1, 400)),
        states={world.contoso.pk: "live"},
        cause=TESTER,
        clock=world.clock,
    )
    world.at(8, 1)
    world.close_and_collect()
    assert check_books(EVERYTHING) == []


def test_m26_the_books_hold_of_a_partner_that_is_closed_and_done(world: SmallWorld) -> None:
    close_partner(world.northwind.pk, cause=TESTER, clock=world.clock)
    assert check_books(EVERYTHING) == []
    world.at(8, 1)
    world.close_and_collect()
    assert Meter.unscoped.get(pk=world.northwind.pk).ended
    assert check_books(EVERYTHING) == []


def test_the_check_asks_as_often_whatever_there_is(world: SmallWorld) -> None:
    with CaptureQueriesContext(connection) as before:
        check_books(EVERYTHING)
    world.activate(world.contoso, emails(40, 600))
    world.at(7, 16)
    world.close_and_collect()
    with CaptureQueriesContext(connection) as after:
        check_books(EVERYTHING)
    assert len(before) == len(after)
