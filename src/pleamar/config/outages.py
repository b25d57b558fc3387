"""Which errors of the database are outages: it is away, starts anew, only reads, or has no room just now."""

from __future__ import annotations

from typing import Final

from django.db import Error, connection

# Classes of PostgreSQL's codes (SQLSTATE), and single ones: connections that break, a database that is a copy just now
# and only reads, transactions that waited for too long or give way to another, no more connections, memory or room, a
# lock that is held, an administrator who stops the server.
_PASSING: Final = ("08", "25006", "25P03", "25P04", "40", "53", "55P03", "57P")


def is_outage(error: BaseException | None) -> bool:
    """Whether the same may work in a while; a statement that is wrong stays so.

    Whatever keeps us from connecting counts, a wrong password too: the driver gives no code then to tell them apart.
    """
    if not isinstance(error, Error):
        return False
    code = getattr(error.__cause__, "sqlstate", None) or ""
    return _is_cut_off() or code.startswith(_PASSING)


def _is_cut_off() -> bool:
    """There is no connection, or one that broke: then libpq gives no code, and Django no kind of error for it alone."""
    return connection.connection is None or bool(connection.connection.closed)
