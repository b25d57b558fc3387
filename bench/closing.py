"""The close: cycles rolled and shared out, priced, stated, invoiced, booked and their charges planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection, transaction

from bench.due_partners import ACCOUNTS, DUE, LOG_ROWS, open_due_partners
from bench.people import BENCH
from bench.plan import Contender, Plan, measure
from bench.report import Row, Target, per_second, times_quicker
from pleamar.actions.bill_cycles import bill_cycles, cycles_to_bill
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.lock_meters import lock_meters
from pleamar.actions.roll_meters import roll_locked


def close(plan: Plan) -> Iterator[Row]:
    """All partners' first cycles; each repetition with partners of its own, beside those closed before."""
    partners, many, alone = plan.size(10_000, at_least=20), plan.size(100_000, at_least=40), plan.size(1_000, 10)
    found, yardstick = measure(
        [
            Contender("", partners, "partners", lambda: _closing(partners)),
            Contender(
                f"a transaction a partner ({alone:,} of them)", alone, "partners", lambda: _closing_one_by_one(alone)
            ),
        ],
        plan.repetitions,
    )
    size = f"{partners:,} partners, each {ACCOUNTS} accounts, {LOG_ROWS} log rows, a card"
    yield times_quicker("close", size, found, yardstick, at_least=8)
    yield per_second("close, rate", size, found, at_least=10_000)
    # Once: it takes long enough for its noise to even out.
    (large,) = measure([Contender("", many, "partners", lambda: _closing(many))], repetitions=1, warm_up=False)
    yield Row(
        "close, time of ten times as many",
        f"{many:,} partners, once",
        large.median / found.median,
        "×",
        Target("≤", 11, "×"),
        large,
        found,
    )


def _closing(partners: int) -> Callable[[], None]:
    open_due_partners(partners)

    def act() -> None:
        report = close_cycles(cause=BENCH, now=DUE)
        _expect(partners, report.statements, report.invoices, report.charges)

    return act


def _closing_one_by_one(partners: int) -> Callable[[], None]:
    """The same code, but each partner rolled and billed in a transaction of its own."""
    open_due_partners(partners)
    with connection.cursor() as cursor:
        cursor.execute("SELECT partner_id FROM meter WHERE ends_at <= %s ORDER BY partner_id", [DUE])
        due = [row[0] for row in cursor.fetchall()]

    def act() -> None:
        statements = invoices = charges = 0
        for partner_id in due:
            with transaction.atomic():
                roll_locked(list(lock_meters([partner_id]).values()), DUE)
                bills = bill_cycles(cycles_to_bill([partner_id], DUE, oldest_only=True), DUE)
            statements, invoices, charges = (
                statements + bills.statements,
                invoices + bills.invoices,
                charges + bills.charges,
            )
        _expect(partners, statements, invoices, charges)

    return act


def _expect(partners: int, *written: int) -> None:
    """A close that leaves something out is not quick but wrong."""
    if any(number != partners for number in written):
        message = f"{partners} partners were to be closed, but statements, invoices, charges are {written}"
        raise RuntimeError(message)
