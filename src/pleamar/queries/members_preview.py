"""What a list of people would do to a customer, in numbers that a person can check before saying yes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from pleamar.queries.scopes import Scope


def known_name(scope: Scope, account_id: int, emails: Sequence[str]) -> str:
    """A name for which of the addresses the account knows, and which of those are active now. In one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(encode(sha256(convert_to(string_agg(email || CASE WHEN active THEN ' +' ELSE ' -' END, "
            f"E'\\n' ORDER BY email), 'UTF8')), 'hex'), '') FROM member "
            f"WHERE {scope.sql('partner_id')} AND account_id = %s AND email = ANY(%s::text[])",
            [account_id, list(emails)],
        )
        return str(cursor.fetchone()[0])


def known_members(scope: Scope, account_id: int, emails: Sequence[str]) -> tuple[int, int]:
    """How many of the addresses are active members of the account, and how many are known there and inactive.

    One that was deleted is known. In one query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE active), count(*) FILTER (WHERE NOT active) FROM member "
            f"WHERE {scope.sql('partner_id')} AND account_id = %s AND email = ANY(%s::text[])",
            [account_id, list(emails)],
        )
        active, inactive = cursor.fetchone()
    return int(active), int(inactive)
