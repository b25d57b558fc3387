"""What the role of the web server, the worker and the console may do: read and write rows, and nothing else."""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

# The database refuses to change their rows anyhow (migration 0002); this role may not even try.
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
)
_READ_ONLY: Final = ("django_migrations",)


def grant_web_role(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` its rights on the tables that are there now. Run by their owner, after every migration."""
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
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.as_string())
