"""One person of a customer, and why they are billed or not: since when, and by which act (rules M2, M3, P1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias, cast

from django.db import connection

from pleamar.models import Account, Member, Partner
from pleamar.queries.deny_list import denied_emails
from pleamar.queries.member_history import MemberChange, MemberHistory, member_history
from pleamar.queries.partners import standing
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel, is_billable

NotBilled: TypeAlias = Literal["inactive", "trial", "closed", "internal"]


class Counted(NamedTuple):
    """Since when somebody is one of those billed. `by_customer`: their customer began to be billed then.

    Else they were made active then, and `actor`, `means`, `reference`, `reason` say how that came about.
    """

    since: datetime
    by_customer: bool
    actor: str
    means: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class WhyBilled:
    """Why a person is billed in the cycle that runs, or is not.

    `now` says since when they count, None: they do not, because of `not_because`. `at_peak` says the same of the moment
    of the cycle's peak: who counted then is billed in this cycle, whatever has become of them since.
    """

    now: Counted | None
    not_because: NotBilled | None
    at_peak: Counted | None
    peak: int
    peak_at: datetime
    cycle_start: datetime
    cycle_end: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a customer: how they stand, all that happened to them, and what it means for the bill."""

    history: MemberHistory
    external_id: str | None
    denied: bool
    stays_out: bool
    why: WhyBilled


class _Turn(NamedTuple):
    """The account began to be billed, or ceased to be."""

    at: datetime
    billed: bool
    actor: str
    means: str
    reference: str
    reason: str


_TURNS = """
SELECT seat_log.at, seat_log.state = 'live', batch.actor, batch.means, batch.reference, batch.reason
FROM seat_log JOIN seat_batch AS batch ON batch.id = seat_log.batch_id
WHERE {scope} AND seat_log.account_id = %s AND seat_log.state IS NOT NULL AND seat_log.billable
ORDER BY seat_log.at, seat_log.id
"""


def person(scope: Scope, account_id: int, public_id: str, *, now: datetime) -> Person:
    """The account's person of that public id, also a deleted one. Refuses `member_unknown`. Seven queries."""
    uid = from_public(Member.public_prefix, public_id)
    member = scope.rows(Member).filter(account_id=account_id, uid=uid).first() if uid else None
    if member is None:
        raise Refused("member_unknown", email=public_id)
    history = member_history(scope, account_id, member.email)
    return Person(
        history=history,
        external_id=member.external_id,
        denied=bool(denied_emails(scope, account_id, [member.email])),
        stays_out=member.stays_out,
        why=_why(scope, account_id, history.changes, now),
    )


def _why(scope: Scope, account_id: int, changes: tuple[MemberChange, ...], now: datetime) -> WhyBilled:
    account = scope.rows(Account).get(pk=account_id)
    stands = standing(scope.rows(Partner).select_related("meter").get(pk=account.partner_id), now)
    with connection.cursor() as cursor:
        cursor.execute(_TURNS.format(scope=scope.sql("seat_log.partner_id")), [account_id])
        turns = [_Turn(*row) for row in cursor.fetchall()]
    counted = _counted(changes, turns, now)
    return WhyBilled(
        now=counted,
        not_because=None if counted else _not_because(account, changes),
        at_peak=_counted(changes, turns, stands.meter.peak_at),
        peak=stands.meter.peak,
        peak_at=stands.meter.peak_at,
        cycle_start=stands.meter.starts_at,
        cycle_end=stands.meter.ends_at,
        timezone=stands.timezone,
    )


def _counted(changes: tuple[MemberChange, ...], turns: list[_Turn], moment: datetime) -> Counted | None:
    """Since when the person counted at that moment: the last of becoming active and of the customer being billed."""
    change = next((one for one in reversed(changes) if one.at <= moment), None)
    turn = next((one for one in reversed(turns) if one.at <= moment), None)
    if change is None or turn is None or not change.active or not turn.billed:
        return None
    if turn.at > change.at:
        return Counted(turn.at, True, *turn[2:])  # noqa: FBT003 - a field of the record
    return Counted(change.at, False, change.actor, change.means, change.reference, change.reason)  # noqa: FBT003


def _not_because(account: Account, changes: tuple[MemberChange, ...]) -> NotBilled:
    model, state = cast("BillingModel", account.model), cast("AccountState", account.state)
    if not changes or not changes[-1].active or is_billable(model, state, internal=account.internal):
        return "inactive"
    if account.internal:
        return "internal"
    return "closed" if state == "closed" else "trial"
