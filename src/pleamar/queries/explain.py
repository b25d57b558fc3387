"""A cycle explained to the last seat: the peak, its moment, each account's share, each member counted and why (P1).

Shares and members are counted again from the seat log, up to the moment of the peak; only the cycle's bounds, its peak
and its price are read from what was frozen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection

from pleamar.models import Member
from pleamar.queries.batch_facts import BatchFacts, batch_facts
from pleamar.queries.cycle_frames import CycleFrame, ExplainedPrice, cycle_starting
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money, split
from pleamar.rules.public_ids import to_public
from pleamar.rules.refusals import Refused


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


def explain(scope: Scope, partner_name: str, cycle_start: datetime, *, now: datetime | None = None) -> Explanation:
    """The partner's cycle that starts at `cycle_start`, to the minute if it names no second; a fixed number of queries.

    With `now`, cycles that have ended by then but are not frozen yet are known too; without it the running cycle is the
    one of the meter. Refuses `partner_unknown` and `cycle_unknown`.
    """
    found = find_partner(scope, partner_name)
    frame = cycle_starting(scope, found.id, cycle_start, _after(cycle_start), now=now)
    if frame is None:
        raise Refused("cycle_unknown", partner=partner_name, start=cycle_start.isoformat())
    return Explanation(
        *(found.name, frame.index, frame.starts_at, frame.ends_at, frame.timezone, frame.state),
        *(frame.peak, frame.peak_at, frame.opening, frame.closing, frame.price),
        shares=_shares(scope, found.id, frame),
        members=_members(scope, found.id, frame.peak_at),
    )


def _after(start: datetime) -> datetime:
    """The end of what `start` may mean: tables show no seconds, and a first cycle starts at any microsecond."""
    return start + (timedelta(microseconds=1) if start.second or start.microsecond else timedelta(minutes=1))


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


def _shares(scope: Scope, partner_id: int, frame: CycleFrame) -> tuple[AccountShare, ...]:
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
    batches = batch_facts(
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
