"""An account's deny list, for screens (rule M19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pleamar.models import DenyEntry
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class DenyRow:
    """An entry: an address or a pattern with `*`, why it stands there, since when, and who put it there."""

    public_id: str
    pattern: str
    reason: str
    added_at: datetime
    added_by: str


def deny_list(scope: Scope, account_id: int) -> list[DenyRow]:
    """The account's entries by pattern, in one query. Another scope's account has none."""
    return [
        DenyRow(entry.public_id, entry.pattern, entry.reason, entry.added_at, entry.added_by)
        for entry in scope.rows(DenyEntry).filter(account_id=account_id).order_by("pattern")
    ]


def denied_emails(scope: Scope, account_id: int, emails: Sequence[str]) -> list[str]:
    """Those of the addresses that are on the account's deny list now, in order; in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT email FROM unnest(%(emails)s::text[]) AS asked (email)
            WHERE email IN (SELECT pattern FROM deny_entry
                            WHERE {scope.sql("partner_id")} AND account_id = %(account)s)
                OR email LIKE ANY (ARRAY(SELECT deny_entry.like FROM deny_entry
                                         WHERE {scope.sql("partner_id")} AND account_id = %(account)s
                                             AND "like" IS NOT NULL))
            ORDER BY email
            """,
            {"emails": list(emails), "account": account_id},
        )
        return [row[0] for row in cursor.fetchall()]
