"""The people that a peak counted, a page at a time: as fast for a million of them as for ten (rule P1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import connection

from pleamar.models import Member
from pleamar.models.bulk import array, text_array
from pleamar.queries.batch_facts import BatchFacts, batch_facts
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public, to_public


class CountedAccount(Protocol):
    """An account and how many of the peak's seats were its own."""

    @property
    def account_id(self) -> int:
        """Its key."""

    @property
    def account(self) -> str:
        """Its name."""

    @property
    def public_id(self) -> str:
        """What outsiders call it."""

    @property
    def at_peak(self) -> int:
        """Its seats at that moment."""


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """A member that was a seat at the moment of the peak, `since` when, and what made it one.

    `activated_by` made the member active. That is `counted_by` too, unless the account became billable only later.
    """

    account: str
    account_public_id: str
    public_id: str
    email: str
    since: datetime
    counted_by: BatchFacts
    activated_by: BatchFacts


class CountedPage(NamedTuple):
    """Some of the people, by account and e-mail; the next ones come `after` the person of that id, None at the end."""

    rows: list[CountedPerson]
    after: str | None


# A member is counted if its last row up to the moment made it active; its account's last turn in or out of billing up
# to then, if that is later, is what made it count.
_COUNTED = """
SELECT chosen.place, counted.uid, counted.email, greatest(turned.at, counted.at),
    CASE WHEN turned.at > counted.at THEN turned.batch_id ELSE counted.batch_id END, counted.batch_id
FROM unnest(%(accounts)s::bigint[], %(after)s::text[]) WITH ORDINALITY AS chosen (account_id, after, place)
CROSS JOIN LATERAL (
    SELECT at, batch_id, state FROM seat_log
    WHERE {scope} AND account_id = chosen.account_id AND member_id IS NULL AND billable AND at <= %(moment)s
    ORDER BY at DESC, id DESC LIMIT 1
) AS turned
CROSS JOIN LATERAL (
    SELECT member.uid, member.email, moved.at, moved.batch_id
    FROM member
    CROSS JOIN LATERAL (
        SELECT at, batch_id, delta FROM seat_log
        WHERE {scope} AND seat_log.member_id = member.id AND at <= %(moment)s
        ORDER BY at DESC, id DESC LIMIT 1
    ) AS moved
    WHERE {member_scope} AND member.account_id = chosen.account_id AND member.email > chosen.after AND moved.delta = 1
    ORDER BY member.email LIMIT %(most)s
) AS counted
WHERE turned.state = 'live'
ORDER BY chosen.place, counted.email
LIMIT %(most)s
"""


def counted_members(
    scope: Scope,
    partner_id: int,
    moment: datetime,
    accounts: Sequence[CountedAccount],
    *,
    after: str = "",
    most: int = 50,
) -> CountedPage:
    """At `most` so many of the people of `accounts` that were seats at `moment`, in three queries at most.

    `accounts` are in the order in which they are to come. An `after` that is nobody's here begins at the beginning.
    """
    chosen, email = _from(scope, partner_id, [one for one in accounts if one.at_peak], after)
    needed = _enough(chosen, most + 1, has_begun=bool(email))
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED.format(scope=scope.sql("seat_log.partner_id"), member_scope=scope.sql("member.partner_id")),
            {
                "accounts": array([one.account_id for one in needed]),
                "after": text_array([email, *[""] * (len(needed) - 1)] if needed else []),
                "moment": moment,
                "most": most + 1,
            },
        )
        found = cursor.fetchall()
    rows = found[:most]
    facts = batch_facts(scope, partner_id, {number for *_, counting, active in rows for number in (counting, active)})
    people = [
        CountedPerson(
            account=needed[place - 1].account,
            account_public_id=needed[place - 1].public_id,
            public_id=to_public(Member.public_prefix, uid),
            email=address,
            since=since,
            counted_by=facts[counting],
            activated_by=facts[activating],
        )
        for place, uid, address, since, counting, activating in rows
    ]
    return CountedPage(people, people[-1].public_id if len(found) > most else None)


def _from(
    scope: Scope, partner_id: int, accounts: list[CountedAccount], after: str
) -> tuple[list[CountedAccount], str]:
    """Those from the account on in which the person `after` is, and that person's address."""
    uid = from_public(Member.public_prefix, after)
    last = scope.rows(Member).filter(partner_id=partner_id, uid=uid).first() if uid else None
    places = {one.account_id: place for place, one in enumerate(accounts)}
    if last is None or last.account_id not in places:
        return accounts, ""
    return accounts[places[last.account_id] :], last.email


def _enough(accounts: Sequence[CountedAccount], most: int, *, has_begun: bool) -> list[CountedAccount]:
    """The first of them that hold `most` people; how many are left of one that `has_begun` nobody knows."""
    needed: list[CountedAccount] = []
    people = 0
    for place, one in enumerate(accounts):
        if people >= most:
            break
        needed.append(one)
        people += 0 if has_begun and place == 0 else one.at_peak
    return needed
