"""A member is active or not as its rows in the seat log say, and those rows take turns: in, out, in."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "members_and_log"

# Members are named by their number: the report of an audit is no place for people's addresses (rule P2).
_ACTIVE = """
WITH counted AS (
    SELECT member_id, sum(delta) AS active
    FROM seat_log WHERE {log_scope} AND member_id IS NOT NULL GROUP BY member_id
)
SELECT partner.name, format('member %s of %s', member.id, account.name), 'active',
    member.active::text, (coalesce(counted.active, 0) = 1)::text
FROM member
JOIN account ON account.id = member.account_id
JOIN partner ON partner.id = account.partner_id
LEFT JOIN counted ON counted.member_id = member.id
WHERE {scope} AND member.active IS DISTINCT FROM (coalesce(counted.active, 0) = 1)
ORDER BY partner.name, member.id
"""

# Two activations and two deactivations add up as one of each do, but would have counted a person twice in between.
_TURNS = """
WITH ordered AS (
    SELECT partner_id, member_id, at, delta, lag(delta, 1, -1) OVER (PARTITION BY member_id ORDER BY at, id) AS before
    FROM seat_log WHERE {log_scope} AND member_id IS NOT NULL
)
SELECT partner.name, format('member %s at %s', ordered.member_id, ordered.at), 'change',
    ordered.delta::text, (-ordered.delta)::text
FROM ordered LEFT JOIN partner ON partner.id = ordered.partner_id
WHERE ordered.delta = ordered.before
ORDER BY partner.name, ordered.member_id, ordered.at
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Every member's state against the sum of its rows, and every row against the one before it."""
    scopes = {"log_scope": scope.sql("seat_log.partner_id"), "scope": scope.sql("member.partner_id")}
    yield from differences_of(TRUTH, _ACTIVE.format(**scopes))
    yield from differences_of(TRUTH, _TURNS.format(**scopes))
