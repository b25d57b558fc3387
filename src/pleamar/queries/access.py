"""What the vendor's product asks every time somebody comes in: may this member, and what (rule E1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from pleamar.models import Account
from pleamar.queries.scopes import Scope
from pleamar.rules.access import Access, AccessFacts, access
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email

# By primary keys and unique indexes alone, for it is asked more often than anything else. Somebody deleted is nobody.
# Not EXISTS, which the planner may answer for all accounts at once, from a table read from end to end.
_FACTS = """
SELECT
    CASE WHEN member.id IS NULL THEN 'unknown' WHEN member.active THEN 'active' ELSE 'inactive' END,
    coalesce(
        (SELECT true FROM deny_entry WHERE deny_entry.account_id = account.id
             AND deny_entry.pattern = %(email)s LIMIT 1),
        (SELECT true FROM deny_entry WHERE deny_entry.account_id = account.id
             AND deny_entry.like IS NOT NULL AND %(email)s LIKE deny_entry.like LIMIT 1),
        false),
    account.model, account.state, account.trial_ends_at, account.suspended_at IS NOT NULL,
    coalesce(standing.state = 'suspended', false)
FROM account
LEFT JOIN standing ON standing.partner_id = account.partner_id
LEFT JOIN member ON member.account_id = account.id AND member.email = %(email)s AND member.hidden_at IS NULL
WHERE account.uid = %(account)s AND {scope}
"""


def member_access(
    scope: Scope, account: str, email: str, *, features: Sequence[str], now: datetime, feature: str | None = None
) -> Access:
    """What the person of that address in the account (its public id) may do at `now`; in one query.

    `features` are the product's (`queries.settings`). Nobody has a contract yet, so annual accounts answer
    `contract_ended`. Refuses `account_unknown`, `email_invalid` and `feature_unknown`.
    """
    uid = from_public(Account.public_prefix, account)
    email = checked_email(email)
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.format(scope=scope.sql("account.partner_id")), {"account": uid, "email": email})
        row = cursor.fetchone()
    if row is None:
        raise Refused("account_unknown", account=account)
    return access(AccessFacts(*row), features=features, now=now, feature=feature)
