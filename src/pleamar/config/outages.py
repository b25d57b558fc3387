"""Which errors of the database pass by themselves: it is away, starts anew, or has no room just now."""

from __future__ import annotations

from typing import Final

from django.db import Error, OperationalError, connection

# Classes of PostgreSQL's codes (SQLSTATE), and one single code: connections that break, transactions that give way to
# another, no more connections or memory, a lock that is held, an administrator who stops something.
_PASSING: Final = ("08", "40", "53", "55P03", "57")


def is_outage(error: BaseException | None) -> bool:
    """Whether the same may work in a while; a statement that is wrong stays so."""
    if not isinstance(error, Error):
        return False
    code = getattr(error.__cause__, "sqlstate", None) or ""
    return _is_cut_off() or (isinstance(error, OperationalError) and code.startswith(_PASSING))


def _is_cut_off() -> bool:
    """There is no connection, or one that broke: then libpq gives no code, and Django no kind of error for it alone."""
    return connection.connection is None or bool(connection.connection.closed)
