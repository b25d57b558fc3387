"""Nobody is active whom a rule keeps out: by the deny list (M19), or because billing was stopped (M22)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "members_and_gates"

# Addresses and patterns apart: the former are found by joining, whatever their number. Members are named by number.
_ACTIVE = """
WITH kept_out AS (
    SELECT member.id, 'deny list' AS gate FROM member
    JOIN deny_entry ON deny_entry.account_id = member.account_id AND deny_entry.pattern = member.email
    WHERE {scope} AND member.active
    UNION
    SELECT member.id, 'deny list' FROM member
    JOIN (SELECT account_id, array_agg(deny_entry.like) AS patterns
          FROM deny_entry WHERE deny_entry.like IS NOT NULL GROUP BY account_id) AS listed
        ON listed.account_id = member.account_id
    WHERE {scope} AND member.active AND member.email LIKE ANY (listed.patterns)
    UNION
    SELECT member.id, 'stopped billing' FROM member
    JOIN account ON account.id = member.account_id AND account.billing_stopped_at IS NOT NULL
    WHERE {scope} AND member.active
)
SELECT partner.name, format('member %s of %s', member.id, account.name), 'active despite ' || kept_out.gate,
    'true', 'false'
FROM kept_out
JOIN member ON member.id = kept_out.id
JOIN account ON account.id = member.account_id
JOIN partner ON partner.id = account.partner_id
ORDER BY partner.name, member.id, kept_out.gate
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Every active member against what would keep it from becoming active now."""
    yield from differences_of(TRUTH, _ACTIVE.format(scope=scope.sql("member.partner_id")))
