"""Whoever is active at several customers of a partner is billed at each; how many they are (rule M2)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from pleamar.queries.scopes import Scope


def active_elsewhere(scope: Scope, partner_id: int, account_id: int, emails: Collection[str]) -> int:
    """How many of the addresses are seats at another customer than this one; in one query.

    It looks through the partner's customers one by one: tens of milliseconds for a list of some dozen addresses at a
    partner with a million members, and seconds for one of 100,000.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT there.email) FROM member AS there JOIN account ON account.id = there.account_id "
            f"WHERE {scope.sql('there.partner_id')} AND {scope.sql('account.partner_id')} "
            f"AND account.partner_id = %s AND account.model = 'monthly' AND account.state = 'live' "
            f"AND NOT account.internal AND account.id <> %s AND there.active AND there.email = ANY(%s::text[])",
            [partner_id, account_id, list(emails)],
        )
        return int(cursor.fetchone()[0])
