"""What the role of the web server, the worker and the console may do: write rows, but not rewrite what is settled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

# The database refuses to change their rows anyhow (migrations 0002 and 0005); this role may not even try.
ONLY_EVER_ADDED: Final = (
    "seat_log",
    "seat_batch",
    "cycle_share",
    "statement",
    "invoice_line",
    "invoice_document",
    "ledger_entry",
    "ledger_posting",
    "audit_event",
    "price_version",
    "price_tier",
    "history_import",
    "credit_note",
    "invoice_credit",
    "outside_refund",
)
_READ_ONLY: Final = ("django_migrations",)

# All that is ever written later to rows that are else as they were made.
WRITTEN_LATER: Final = {
    "cycle": ("closed_at",),
    "invoice": (
        *("state", "paid", "credited", "held_at", "held_because", "held_for"),
        *("first_declined_at", "next_attempt_at"),
    ),
    "number_series": ("next_number", "newest_issue_date"),
}
NEVER_DELETED: Final = (
    *WRITTEN_LATER,
    "charge",
    "charge_allocation",
    "dispute",
    "partner_credit",
    "received_event",
    "outbox_message",
    "price_announcement",
    "standing",
    "card",
    "partner",
    "account",
    "member",
    "meter",
)


def grant_web_role(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` its rights on the tables that are there now. Run by their owner, after every migration.

    Rights that an earlier version gave and this one does not are taken back, in one transaction with what is given.
    """
    name = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
        *(
            sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
            for table in ONLY_EVER_ADDED
        ),
        *(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
            for table in _READ_ONLY
        ),
        *(sql.SQL("REVOKE DELETE ON {} FROM {}").format(sql.Identifier(table), name) for table in NEVER_DELETED),
        *(_only_columns(table, columns, name) for table, columns in WRITTEN_LATER.items()),
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.as_string())


def _only_columns(table: str, columns: Iterable[str], role: sql.Identifier) -> sql.Composed:
    """Of this table only these columns may be updated. Revoking it from the table revokes it from every column too."""
    return sql.SQL("REVOKE UPDATE ON {table} FROM {role}; GRANT UPDATE ({columns}) ON {table} TO {role}").format(
        table=sql.Identifier(table), columns=sql.SQL(", ").join(map(sql.Identifier, columns)), role=role
    )
