"""Writing many rows at once, or one very often: the quickest ways into PostgreSQL, under Django's own transaction."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, models
from psycopg import sql
from psycopg.pq import Format


@contextmanager
def quick_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor for statements that are run very often or bring thousands of rows.

    Unlike Django's it sends values beside the statement and reads rows in binary, times above all. Values therefore
    need a type (`%s::bigint[]`) where the statement does not imply one. A statement run with `prepare=True` is parsed
    and planned once a connection; that is for those whose best plan is the same for all values.
    """
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:  # as Django leaves it: nothing may be prepared
        raw.prepare_threshold = sys.maxsize  # nothing that does not ask for it
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.format = Format.BINARY
        yield cursor


def array(values: Iterable[object]) -> str:
    """Numbers, truth values or moments as PostgreSQL reads an array of them: a fraction of the time of a list."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def text_array(values: Sequence[str]) -> str:
    """The same for texts of any content."""
    if not values:
        return "{}"
    return '{"' + '","'.join([value.replace("\\", "\\\\").replace('"', '\\"') for value in values]) + '"}'


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` ids of the model's sequence, ascending, for rows that must refer to each other before they are written.

    They are never given to another transaction, and lost if this one fails: ids may have gaps (invoice numbers not).
    """
    if count == 0:
        return []
    with quick_cursor() as cursor:
        # The sequence is looked up once, not for each id.
        cursor.execute(
            "SELECT nextval(sequence) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) "
            "AS named CROSS JOIN generate_series(1, %s::int)",
            [model._meta.db_table, count],  # noqa: SLF001 - Django's documented way to a table's name
            prepare=True,
        )
        return sorted(row[0] for row in cursor.fetchall())


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write `rows` (values in the order of `columns`) with COPY. Columns left out take the table's defaults."""
    connection.ensure_connection()
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),  # noqa: SLF001 - as above
        sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    with connection.connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)
