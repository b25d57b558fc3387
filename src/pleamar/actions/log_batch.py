"""Append a batch to the seat log, and write the counts that follow from it. `change_seats` alone calls this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from pleamar.models.bulk import array, quick_cursor, text_array
from pleamar.rules.causes import Cause
from pleamar.rules.peak import AccountCount, Meter
from pleamar.rules.seats import AccountState, BillingModel, is_billable, member_limit


class _Wanted(Protocol):
    @property
    def account_id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def active(self) -> bool: ...


class Moved(NamedTuple):
    """How many members of one account a batch really changed."""

    activated: int
    deactivated: int


@dataclass(frozen=True, slots=True)
class CountedAccount:
    """An account's row as far as counting goes, read under the partner's lock."""

    count: AccountCount
    id: int
    name: str
    model: BillingModel
    state: AccountState
    internal: bool
    active_members: int
    member_limit: int | None
    trial_member_limit: int | None
    has_deny_list: bool
    billing_stopped: bool

    @property
    def billable(self) -> bool:
        """Whether its active members are seats (rule M2)."""
        return is_billable(self.model, self.state, internal=self.internal)

    @property
    def limit(self) -> int | None:
        """How many of its members may be active at once (rules M20, M21)."""
        return member_limit(self.state, self.member_limit, self.trial_member_limit)

    @property
    def seats_wanted(self) -> int:
        """The seats that follow from its state and its active members."""
        return self.active_members if self.billable else 0

    def after(self, state: AccountState, moved: Moved | None) -> CountedAccount:
        """The account in `state` with its members moved; its count is still to be stepped."""
        net = moved.activated - moved.deactivated if moved else 0
        return replace(self, state=state, active_members=self.active_members + net)

    def with_count(self, stepped: AccountCount) -> CountedAccount:
        """The account with its stepped count."""
        return replace(self, count=stepped)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was logged: account id → how many of its members moved."""

    id: int
    at: datetime
    moved: Mapping[int, Moved]


# A batch of so many members has the same best plan as any other; for a larger one it is worth looking for.
FEW = 50

# One statement, so that a batch costs one round trip whatever its size. Each part sees the tables as they were before
# it; nobody else writes this partner's members meanwhile, for its lock is held.
_LOG = """
WITH wanted AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(emails)s::text[], %(actives)s::bool[])
        AS wanted (account_id, email, active)
), known AS MATERIALIZED (
    SELECT wanted.account_id, wanted.email, wanted.active, member.id, member.active AS was_active
    FROM wanted
    LEFT JOIN member ON member.account_id = wanted.account_id AND member.email = wanted.email
        AND member.account_id = ANY(%(members_of)s::bigint[])
), moved AS (
    UPDATE member SET active = known.active, hidden_at = NULL
    FROM known
    WHERE member.id = known.id AND known.active <> known.was_active
        AND member.account_id = ANY(%(members_of)s::bigint[])
    RETURNING member.id, member.account_id, member.active
), added AS (
    INSERT INTO member (partner_id, account_id, email, active)
    SELECT %(partner)s, account_id, email, true FROM known WHERE active AND id IS NULL
    RETURNING id, account_id, active
), changed AS (
    SELECT * FROM moved UNION ALL SELECT * FROM added
), turned AS (
    SELECT * FROM unnest(%(turned)s::bigint[], %(states)s::text[], %(deltas)s::int[], %(counted)s::bool[])
        AS turned (account_id, state, delta, billable)
), batch AS (
    INSERT INTO seat_batch (partner_id, at, actor, means, reference, reason, occurred_at, seats_after)
    SELECT %(partner)s, %(at)s, %(actor)s, %(means)s, %(reference)s, %(reason)s, %(occurred_at)s::timestamptz,
        %(seats)s + (SELECT coalesce(sum(delta), 0) FROM turned WHERE billable)
        + (SELECT count(*) FILTER (WHERE active) - count(*) FILTER (WHERE NOT active)
           FROM changed WHERE account_id = ANY(%(billable)s::bigint[]))
    WHERE EXISTS (SELECT FROM changed) OR EXISTS (SELECT FROM turned)
    RETURNING id
), logged AS (
    INSERT INTO seat_log (partner_id, account_id, member_id, batch_id, at, delta, billable, state)
    SELECT %(partner)s, turned.account_id, NULL, batch.id, %(at)s, turned.delta, turned.billable, turned.state
    FROM turned CROSS JOIN batch
    UNION ALL
    SELECT %(partner)s, changed.account_id, changed.id, batch.id, %(at)s,
        CASE WHEN changed.active THEN 1 ELSE -1 END, changed.account_id = ANY(%(billable)s::bigint[]), NULL
    FROM changed CROSS JOIN batch
)
SELECT batch.id, changed.account_id,
    count(*) FILTER (WHERE changed.active), count(*) FILTER (WHERE NOT changed.active)
FROM batch LEFT JOIN changed ON true
GROUP BY batch.id, changed.account_id
"""


def log_batch(
    partner_id: int,
    at: datetime,
    wanted: Sequence[_Wanted],
    accounts: Mapping[int, CountedAccount],
    turned: Mapping[int, AccountState],
    cause: Cause,
    *,
    seats: int,
) -> Batch | None:
    """Change the members that are not yet as wanted and log each, with the accounts that turn; None if nothing does.

    `seats` are the partner's before it. The rows of accounts come first: the seats they bring or take are those of the
    members before this batch.
    """
    states = [_turning(accounts[number], state) for number, state in turned.items()]
    billable = [
        number
        for number, account in accounts.items()
        if is_billable(account.model, turned.get(number, account.state), internal=account.internal)
    ]
    with quick_cursor() as cursor:
        cursor.execute(
            _LOG,
            {
                "partner": partner_id,
                "at": at,
                "accounts": array([one.account_id for one in wanted]),
                "members_of": array(accounts),
                "emails": text_array([one.email for one in wanted]),
                "actives": array([one.active for one in wanted]),
                "turned": array([number for number, *_ in states]),
                "states": text_array([state for _, state, *_ in states]),
                "deltas": array([delta for *_, delta, _ in states]),
                "counted": array([counted for *_, counted in states]),
                "billable": array(billable),
                "actor": cause.actor,
                "means": cause.means,
                "reference": cause.reference,
                "reason": cause.reason,
                "seats": seats,
                "occurred_at": cause.occurred_at,
            },
            prepare=len(wanted) <= FEW,
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    return Batch(rows[0][0], at, {row[1]: Moved(*row[2:]) for row in rows if row[1] is not None})


def _turning(account: CountedAccount, state: AccountState) -> tuple[int, str, int, bool]:
    """Account id, state, the seats it brings or takes, and whether the row counts."""
    becomes = is_billable(account.model, state, internal=account.internal)
    delta = account.active_members * (becomes - account.billable)
    return account.id, state, delta, becomes != account.billable


def write_counts(partner_id: int, meter: Meter, accounts: Sequence[CountedAccount], at: datetime) -> None:
    """Write what a batch at `at` made of the partner's meter and of the accounts it touched.

    Only a trial can be about to be activated: what has become live or closed by now no longer is (rule M20).
    """
    with quick_cursor() as cursor:
        cursor.execute(
            """
            WITH counted AS (
                UPDATE account SET state = new.state, active_members = new.active_members, seats = new.seats,
                    seats_at_peak = new.seats_at_peak, mark = new.mark, own_peak = new.own_peak,
                    own_peak_cycle = new.own_peak_cycle,
                    closed_at = CASE WHEN new.state = 'closed' THEN coalesce(account.closed_at, %s::timestamptz) END,
                    activation_due_at = CASE WHEN new.state = 'trial' THEN account.activation_due_at END,
                    activation_cause = CASE WHEN new.state = 'trial' THEN account.activation_cause END
                FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::int[],
                            %s::int[])
                         AS new (id, state, active_members, seats, seats_at_peak, mark, own_peak, own_peak_cycle)
                WHERE account.id = new.id
            )
            UPDATE meter SET opening = %s, seats = %s, peak = %s, peak_at = %s, peak_batch_id = %s, mark = %s,
                last_at = %s
            WHERE partner_id = %s
            """,
            [
                at,
                array([account.id for account in accounts]),
                text_array([account.state for account in accounts]),
                array([account.active_members for account in accounts]),
                array([account.count.seats for account in accounts]),
                array([account.count.seats_at_peak for account in accounts]),
                array([account.count.mark for account in accounts]),
                array([account.count.own_peak for account in accounts]),
                array([account.count.own_peak_cycle for account in accounts]),
                *(meter.opening, meter.seats, meter.peak, meter.peak_at, meter.peak_batch, meter.mark, meter.last_at),
                partner_id,
            ],
            prepare=len(accounts) == 1,
        )
