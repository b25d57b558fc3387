"""Price ended cycles and write what follows, inside the transaction of whoever holds their partners' locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pleamar.actions.issue_invoices import Issue, issue_invoices
from pleamar.actions.plan_charges import plan_charges
from pleamar.models import Statement
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.price_books import Books, price_books
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.cycles import is_shadow, local_date
from pleamar.rules.invoicing import is_invoiced
from pleamar.rules.prices import Priced, price


class CycleToBill(NamedTuple):
    """An unclosed cycle and what of its partner decides its bill."""

    id: int
    partner_id: int
    partner: str
    seller_id: int
    invoiced_from: datetime | None
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    peak: int

    @property
    def shadow(self) -> bool:
        """Whether it is only priced to be compared: before the first cycle start that is invoiced."""
        return is_shadow(self.starts_at, self.invoiced_from)


@dataclass(frozen=True, slots=True)
class WaitingPartner:
    """A partner without a price book for its cycle's currency."""

    partner: str
    currency: str


@dataclass(frozen=True, slots=True)
class Bills:
    """How much was written."""

    statements: int = 0
    invoices: int = 0
    charges: int = 0
    waiting: tuple[WaitingPartner, ...] = ()

    def plus(self, other: Bills) -> Bills:
        """Both together."""
        return Bills(
            self.statements + other.statements,
            self.invoices + other.invoices,
            self.charges + other.charges,
            self.waiting + other.waiting,
        )

    def waiting_as(self, other: Bills) -> Bills:
        """The same, but who waits is whoever waits in `other`."""
        return replace(self, waiting=other.waiting)


class _Billed(NamedTuple):
    cycle: CycleToBill
    version_id: int
    priced: Priced


def cycles_to_bill(partner_ids: Sequence[int], now: datetime, *, oldest_only: bool) -> list[CycleToBill]:
    """The partners' unclosed cycles that have ended by `now`, in order, or just the oldest of each."""
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT {'DISTINCT ON (cycle.partner_id)' if oldest_only else ''} cycle.id, partner.id, partner.name, "
            "seller_id, invoiced_from, starts_at, ends_at, cycle.timezone, cycle.currency, peak "
            "FROM cycle JOIN partner ON partner.id = cycle.partner_id "
            "WHERE cycle.partner_id = ANY(%s::bigint[]) AND cycle.closed_at IS NULL AND ends_at <= %s "
            "ORDER BY cycle.partner_id, cycle.index",
            [array(partner_ids), now],
        )
        return [CycleToBill(*row) for row in cursor.fetchall()]


def bill_cycles(cycles: Sequence[CycleToBill], now: datetime, jobs: Jobs = NOBODY) -> Bills:
    """Statements for all of them; invoices, postings and planned charges for those that are not in shadow.

    A cycle for which no price book applies is left as it is, and its partner is named in `waiting`.
    """
    books = price_books(EVERYTHING, sorted({cycle.partner_id for cycle in cycles}))
    billed, waiting = _price(cycles, books)
    statement_ids = _write_statements(billed, now)
    issues = [
        Issue(one.cycle, statement_id, one.priced)
        for one, statement_id in zip(billed, statement_ids, strict=True)
        if is_invoiced(one.cycle.peak) and not one.cycle.shadow
    ]
    issue_invoices(issues, now, jobs)
    charges = plan_charges(sorted({issue.cycle.partner_id for issue in issues}), now, jobs)
    _mark_closed(billed, now)
    return Bills(len(billed), len(issues), charges, tuple(waiting))


def _price(cycles: Sequence[CycleToBill], books: Books) -> tuple[list[_Billed], list[WaitingPartner]]:
    """In order of time for each partner: its first cycle without a book keeps all later ones waiting too."""
    billed: list[_Billed] = []
    waiting: dict[int, WaitingPartner] = {}
    for cycle in cycles:
        if cycle.partner_id in waiting:
            continue
        version = books.applicable(cycle.partner_id, cycle.currency, local_date(cycle.starts_at, cycle.timezone))
        if version is None:
            waiting[cycle.partner_id] = WaitingPartner(cycle.partner, cycle.currency)
        else:
            billed.append(_Billed(cycle, version.id, price(version, cycle.peak)))
    return billed, list(waiting.values())


def _write_statements(billed: Sequence[_Billed], now: datetime) -> list[int]:
    ids = reserve_ids(Statement, len(billed))
    copy_rows(
        Statement,
        [
            *("id", "partner_id", "cycle_id", "price_version_id", "currency", "quantity", "unit_price", "net"),
            *("shadow", "written_at"),
        ],
        (
            (
                *(number, one.cycle.partner_id, one.cycle.id, one.version_id, one.cycle.currency, one.cycle.peak),
                *(one.priced.unit_price, one.priced.total.minor, one.cycle.shadow, now),
            )
            for number, one in zip(ids, billed, strict=True)
        ),
    )
    return ids


def _mark_closed(billed: Sequence[_Billed], now: datetime) -> None:
    with quick_cursor() as cursor:
        cursor.execute(
            "UPDATE cycle SET closed_at = %s WHERE id = ANY(%s::bigint[])",
            [now, array([one.cycle.id for one in billed])],
        )
