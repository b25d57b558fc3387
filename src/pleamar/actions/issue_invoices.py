"""Issue invoices for priced cycles: gapless numbers, lines, postings, and a mail (rules M7, M9, M25)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from django.db.models import F

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Invoice, InvoiceLine, LedgerEntry, LedgerPosting, NumberSeries, Seller
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.invoicing import Totals, invoice_number, issue_date, state_when_issued, tax_point, totals
from pleamar.rules.ledger import Entry, for_invoice
from pleamar.rules.prices import Priced

_BUYER = ("name", "legal_name", "address", "country", "tax_id", "email")


class _Cycle(Protocol):
    @property
    def partner_id(self) -> int: ...
    @property
    def seller_id(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def timezone(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def peak(self) -> int: ...


class Issue(NamedTuple):
    """A statement to be invoiced."""

    cycle: _Cycle
    statement_id: int
    priced: Priced


class _Number(NamedTuple):
    series: str
    sequence: int
    issue_date: date


class _Drafted(NamedTuple):
    """An invoice but for its number: that is taken last, when nothing can fail any more."""

    id: int
    issue: Issue
    totals: Totals
    entry: Entry | None


class _Buyer(NamedTuple):
    """A partner's details as JSON, and the card that it pays with (empty: none that works)."""

    details: str
    card: str


def issue_invoices(issues: Sequence[Issue], now: datetime, jobs: Jobs = NOBODY) -> list[int]:
    """The ids of the invoices written, in the order of `issues`. The caller holds the partners' locks.

    An invoice whose total is zero is paid as it is issued (rule M7). The parties are kept as they are now, and told.
    """
    if not issues:
        return []
    sellers = Seller.objects.in_bulk({issue.cycle.seller_id for issue in issues})
    buyers = _buyers({issue.cycle.partner_id for issue in issues})
    drafts = [
        _draft(number, issue, sellers[issue.cycle.seller_id].tax_rate)
        for number, issue in zip(reserve_ids(Invoice, len(issues)), issues, strict=True)
    ]
    _book(drafts, now)
    numbers = _take_numbers(drafts, sellers, now)
    _write_invoices(drafts, numbers, buyers, sellers, now)
    _write_lines(drafts)
    write_messages([_telling(draft, numbers[draft.id], buyers) for draft in drafts], now=now, jobs=jobs)
    return [draft.id for draft in drafts]


def _draft(number: int, issue: Issue, tax_rate: Decimal | None) -> _Drafted:
    lines = (line.amount for line in issue.priced.lines)
    added_up = totals(lines, issue.cycle.currency, Decimal(0) if tax_rate is None else tax_rate)
    return _Drafted(number, issue, added_up, for_invoice(added_up))


def _book(drafts: Sequence[_Drafted], now: datetime) -> None:
    booked = [(draft, draft.entry) for draft in drafts if draft.entry is not None]
    ids = reserve_ids(LedgerEntry, len(booked))
    copy_rows(
        LedgerEntry,
        ["id", "partner_id", "key", "kind", "currency", "booked_at"],
        (
            (number, draft.issue.cycle.partner_id, f"invoice:{draft.id}", entry.kind, entry.currency, now)
            for number, (draft, entry) in zip(ids, booked, strict=True)
        ),
    )
    copy_rows(
        LedgerPosting,
        ["partner_id", "entry_id", "account", "amount"],
        (
            (draft.issue.cycle.partner_id, number, posting.account.value, posting.minor)
            for number, (draft, entry) in zip(ids, booked, strict=True)
            for posting in entry.postings
        ),
    )


def _take_numbers(drafts: Sequence[_Drafted], sellers: Mapping[int, Seller], now: datetime) -> dict[int, _Number]:
    """The next numbers of each seller's series, from a locked counter: no gap, and dates that run with them."""
    numbers: dict[int, _Number] = {}
    for seller_id in sorted(sellers):
        seller, mine = sellers[seller_id], [draft for draft in drafts if draft.issue.cycle.seller_id == seller_id]
        series = seller.invoice_series
        NumberSeries.objects.bulk_create([NumberSeries(seller=seller, series=series)], ignore_conflicts=True)
        counter = NumberSeries.objects.select_for_update().get(seller=seller, series=series)
        issued = issue_date(now, ZoneInfo(seller.timezone), counter.newest_issue_date)
        for offset, draft in enumerate(mine):
            numbers[draft.id] = _Number(series, counter.next_number + offset, issued)
        NumberSeries.objects.filter(pk=counter.pk).update(
            next_number=F("next_number") + len(mine), newest_issue_date=issued
        )
    return numbers


def _write_invoices(
    drafts: Sequence[_Drafted],
    numbers: Mapping[int, _Number],
    buyers: Mapping[int, _Buyer],
    sellers: Mapping[int, Seller],
    now: datetime,
) -> None:
    seller_details = {number: json.dumps(_seller(seller)) for number, seller in sellers.items()}

    def row(draft: _Drafted) -> tuple[Any, ...]:
        cycle, number, added_up = draft.issue.cycle, numbers[draft.id], draft.totals
        return (
            *(draft.id, cycle.partner_id, cycle.seller_id, draft.issue.statement_id),
            *(number.series, number.sequence, invoice_number(number.series, number.sequence), now, number.issue_date),
            *(tax_point(cycle.ends_at, ZoneInfo(cycle.timezone)), cycle.timezone, cycle.starts_at, cycle.ends_at),
            *(state_when_issued(added_up.total), cycle.currency, added_up.net.minor, added_up.tax_rate),
            *(sellers[cycle.seller_id].tax_rate is not None, added_up.tax.minor, added_up.total.minor),
            *(buyers[cycle.partner_id].details, seller_details[cycle.seller_id]),
        )

    copy_rows(
        Invoice,
        [
            *("id", "partner_id", "seller_id", "statement_id", "series", "sequence", "number", "issued_at"),
            *("issue_date", "tax_point", "timezone", "cycle_start", "cycle_end", "state", "currency", "net"),
            *("tax_rate", "tax_set_up", "tax", "total", "buyer", "seller_details"),
        ],
        map(row, drafts),
    )


def _write_lines(drafts: Sequence[_Drafted]) -> None:
    copy_rows(
        InvoiceLine,
        [
            *("partner_id", "invoice_id", "position", "kind", "quantity", "unit_price", "tier_minimum"),
            *("tier_maximum", "amount"),
        ],
        (
            (
                *(draft.issue.cycle.partner_id, draft.id, position, line.kind, line.quantity, line.unit_price),
                *(line.tier_minimum, line.tier_maximum, line.amount.minor),
            )
            for draft in drafts
            for position, line in enumerate(draft.issue.priced.lines, start=1)
        ),
    )


def _seller(seller: Seller) -> dict[str, str]:
    return {
        "name": seller.name,
        "address": seller.address,
        "country": seller.country,
        "tax_id": seller.tax_id,
        "email": seller.email,
    }


def _buyers(partner_ids: set[int]) -> dict[int, _Buyer]:
    """Partner id → what its invoice and its mail say of it."""
    details = ", ".join(f"partner.{name}" for name in _BUYER)
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT partner.id, coalesce(brand || ' ···· ' || last4, ''), {details} FROM partner "
            "LEFT JOIN card ON card.partner_id = partner.id AND card.in_use AND card.usable "
            "WHERE partner.id = ANY(%s::bigint[])",
            [array(partner_ids)],
        )
        return {
            row[0]: _Buyer(json.dumps(dict(zip(_BUYER, row[2:], strict=True))), row[1]) for row in cursor.fetchall()
        }


def _telling(draft: _Drafted, number: _Number, buyers: Mapping[int, _Buyer]) -> Telling:
    cycle = draft.issue.cycle
    facts: dict[str, str | int] = {
        "invoice": invoice_number(number.series, number.sequence),
        "amount": draft.totals.total.minor,
        "currency": cycle.currency,
        "cycle_start": cycle.starts_at.isoformat(),
        "cycle_end": cycle.ends_at.isoformat(),
        "timezone": cycle.timezone,
        "peak": cycle.peak,
        "card": buyers[cycle.partner_id].card,
    }
    return Telling(cycle.partner_id, "invoice_issued", f"invoice_issued:{draft.id}", facts)
