"""A cycle explained to the last seat: the peak, its moment, each account's share, each member counted and why (P1).

Shares and members are counted again from the seat log, up to the moment of the peak; only the cycle's bounds, its peak
and its price are read from what was frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from django.db import connection

from pleamar.models import Cycle, Member, Partner, PriceBook, PriceVersion, SeatBatch
from pleamar.queries.partners import find_partner, standing
from pleamar.queries.price_books import as_rule
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money, split
from pleamar.rules.prices import PricedLine, price
from pleamar.rules.public_ids import to_public
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """Changes made together: when, by whom, by what means, and why. `occurred_at` is only the caller's note (M27)."""

    at: datetime
    actor: str
    means: str
    reference: str
    reason: str
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class CountedMember:
    """A member that was a seat at the moment of the peak.

    It was one `since` the batch `counted_by`. That is the one that made it active, `activated_by`, unless its account
    became billable only later: then it is the one that made the account so.
    """

    account_id: int
    account: str
    member: str
    email: str
    since: datetime
    counted_by: BatchFacts
    activated_by: BatchFacts


@dataclass(frozen=True, slots=True)
class AccountShare:
    """An account's seats at the moment of the peak and its part of the net price: both add up. `own_peak` does not."""

    account_id: int
    account: str
    seats: int
    own_peak: int
    money: Money | None


@dataclass(frozen=True, slots=True)
class ExplainedPrice:
    """What the cycle costs before tax. `invoice` is None in shadow and for a peak of zero."""

    unit_price: Decimal | None
    lines: tuple[PricedLine, ...]
    net: Money
    shadow: bool
    invoice: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A cycle, explained. It is `running`, `ended` but still without a statement, or `closed`; then with a price.

    `closing` are the seats at its end, or those of now while it runs. Times are instants, `timezone` is the cycle's.
    """

    partner: str
    index: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    state: Literal["running", "ended", "closed"]
    peak: int
    peak_at: datetime
    opening: int
    closing: int
    price: ExplainedPrice | None
    shares: tuple[AccountShare, ...]
    members: tuple[CountedMember, ...]


class _Frame(NamedTuple):
    """The cycle in question, frozen or not, in the order of `Explanation`'s own fields."""

    number: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    state: Literal["running", "ended", "closed"]
    peak: int
    peak_at: datetime
    opening: int
    closing: int
    price: ExplainedPrice | None


def explain(scope: Scope, partner_name: str, cycle_start: datetime, *, now: datetime | None = None) -> Explanation:
    """The partner's cycle that starts at `cycle_start`, to the minute if it names no second; a fixed number of queries.

    With `now`, cycles that have ended by then but are not frozen yet are known too; without it the running cycle is the
    one of the meter. Refuses `partner_unknown` and `cycle_unknown`.
    """
    found = find_partner(scope, partner_name)
    frame = _frozen(scope, found.id, cycle_start) or _unfrozen(scope, found.id, cycle_start, now)
    if frame is None:
        raise Refused("cycle_unknown", partner=partner_name, start=cycle_start.isoformat())
    return Explanation(
        found.name,
        *frame,
        shares=_shares(scope, found.id, frame),
        members=_members(scope, found.id, frame.peak_at),
    )


def _after(start: datetime) -> datetime:
    """The end of what `start` may mean: tables show no seconds, and a first cycle starts at any microsecond."""
    return start + (timedelta(microseconds=1) if start.second or start.microsecond else timedelta(minutes=1))


def _frozen(scope: Scope, partner_id: int, start: datetime) -> _Frame | None:
    cycles = scope.rows(Cycle).filter(partner_id=partner_id, starts_at__gte=start, starts_at__lt=_after(start))
    cycle = cycles.select_related("statement__invoice").first()
    if cycle is None:
        return None
    priced = _price(scope, cycle)
    return _Frame(
        *(cycle.index, cycle.starts_at, cycle.ends_at, cycle.timezone, "closed" if priced else "ended"),
        *(cycle.peak, cycle.peak_at, cycle.opening, cycle.closing, priced),
    )


def _unfrozen(scope: Scope, partner_id: int, start: datetime, now: datetime | None) -> _Frame | None:
    partner = scope.rows(Partner).filter(pk=partner_id, meter__isnull=False).select_related("meter").first()
    if partner is None:
        return None
    # The moment its cycle starts is one at which no meter is due.
    stands = standing(partner, partner.meter.starts_at if now is None else now)
    for ended in stands.unfrozen:
        if start <= ended.starts_at < _after(start):
            # The first of them began under the meter's own zone, the others under the partner's (rule M8).
            zone = partner.meter.timezone if ended.index == partner.meter.index else partner.timezone
            return _Frame(
                *(ended.index, ended.starts_at, ended.ends_at, zone, "ended"),
                *(ended.peak, ended.peak_at, ended.opening, ended.closing, None),
            )
    meter = stands.meter
    if not start <= meter.starts_at < _after(start):
        return None
    return _Frame(
        *(meter.index, meter.starts_at, meter.ends_at, stands.timezone, "running"),
        *(meter.peak, meter.peak_at, meter.opening, meter.seats, None),
    )


def _price(scope: Scope, cycle: Cycle) -> ExplainedPrice | None:
    statement = getattr(cycle, "statement", None)
    if statement is None:
        return None
    invoice = getattr(statement, "invoice", None)
    books = scope.with_shared(PriceBook)
    versions = scope.with_shared(PriceVersion).filter(book__in=books).filter(pk=statement.price_version_id)
    version = versions.select_related("book").prefetch_related("tiers").first()
    return ExplainedPrice(
        unit_price=statement.unit_price,
        lines=price(as_rule(version), statement.quantity).lines if version else (),
        net=Money(statement.net, statement.currency),
        shadow=statement.shadow,
        invoice=invoice.number if invoice else None,
    )


# A batch is one step of each of its accounts (rule M6). What happened at exactly the start is in the opening (M5).
_SHARES = """
WITH step AS (
    SELECT account_id, at, sum(delta) AS delta
    FROM seat_log
    WHERE {scope} AND partner_id = %(partner)s AND billable AND at < %(end)s
    GROUP BY account_id, at
), counted AS (
    SELECT account_id, at, sum(delta) OVER (PARTITION BY account_id ORDER BY at) AS seats, delta
    FROM step
), share AS (
    SELECT account_id,
        coalesce(sum(delta) FILTER (WHERE at <= %(peak_at)s), 0) AS seats,
        greatest(
            coalesce(sum(delta) FILTER (WHERE at <= %(start)s), 0),
            coalesce(max(seats) FILTER (WHERE at > %(start)s), 0)
        ) AS own_peak
    FROM counted GROUP BY account_id
)
SELECT account_id, account.name, share.seats::bigint, share.own_peak::bigint
FROM share JOIN account ON account.id = share.account_id
WHERE share.seats > 0 OR share.own_peak > 0
ORDER BY account_id
"""


def _shares(scope: Scope, partner_id: int, frame: _Frame) -> tuple[AccountShare, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SHARES.format(scope=scope.sql("partner_id")),
            {"partner": partner_id, "start": frame.starts_at, "end": frame.ends_at, "peak_at": frame.peak_at},
        )
        rows = cursor.fetchall()
    weights = {account_id: seats for account_id, _, seats, _ in rows}
    money: dict[int, Money] = {}
    if frame.price and any(weights.values()):
        money = split(frame.price.net, weights)
    nothing = Money(0, frame.price.net.currency) if frame.price else None
    return tuple(
        AccountShare(account_id, account, seats, own_peak, money.get(account_id, nothing))
        for account_id, account, seats, own_peak in rows
    )


# A member is counted if its last row up to the moment made it active, and its account's last turn in or out of billing
# up to then was in: rows of accounts that change nothing for billing (`billable` false) are no turns.
_MEMBERS = """
WITH turned AS (
    SELECT DISTINCT ON (account_id) account_id, at, batch_id, state
    FROM seat_log
    WHERE {scope} AND partner_id = %(partner)s AND at <= %(moment)s AND member_id IS NULL AND billable
    ORDER BY account_id, at DESC, id DESC
), moved AS (
    SELECT DISTINCT ON (member_id) member_id, account_id, at, batch_id, delta
    FROM seat_log
    WHERE {scope} AND partner_id = %(partner)s AND at <= %(moment)s AND member_id IS NOT NULL
    ORDER BY member_id, at DESC, id DESC
)
SELECT account.id, account.name, member.uid, coalesce(member.email, ''), greatest(turned.at, moved.at),
    CASE WHEN turned.at > moved.at THEN turned.batch_id ELSE moved.batch_id END, moved.batch_id
FROM moved
JOIN turned ON turned.account_id = moved.account_id AND turned.state = 'live'
JOIN account ON account.id = moved.account_id
LEFT JOIN member ON member.id = moved.member_id
WHERE moved.delta = 1
ORDER BY account.name, account.id, member.email, moved.member_id
"""


def _members(scope: Scope, partner_id: int, moment: datetime) -> tuple[CountedMember, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS.format(scope=scope.sql("partner_id")), {"partner": partner_id, "moment": moment})
        rows = cursor.fetchall()
    batches = _batches(
        scope, partner_id, {number for *_, counting, activating in rows for number in (counting, activating)}
    )
    return tuple(
        CountedMember(
            account_id=account_id,
            account=account,
            member=to_public(Member.public_prefix, uid) if uid else "",
            email=email,
            since=since,
            counted_by=batches[counting],
            activated_by=batches[activating],
        )
        for account_id, account, uid, email, since, counting, activating in rows
    )


def _batches(scope: Scope, partner_id: int, numbers: set[int]) -> dict[int, BatchFacts]:
    """The batches by id; many members share one."""
    rows = scope.rows(SeatBatch).filter(partner_id=partner_id, pk__in=numbers)
    return {
        number: BatchFacts(*facts)
        for number, *facts in rows.values_list("pk", "at", "actor", "means", "reference", "reason", "occurred_at")
    }
