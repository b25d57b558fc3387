"""The yardsticks of a seat change: the same writes by hand, in SQL that a careful author would put into a program.

They decide nothing: no rolled cycles, no limits, no check of the account. psycopg prepares their statements.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from bench.people import Team

_LOCK = "SELECT seats, peak, last_at FROM meter WHERE partner_id = %s FOR UPDATE"
_MEMBER = "UPDATE member SET active = %s, hidden_at = NULL WHERE account_id = %s AND email = %s RETURNING id"
_BATCH = """
INSERT INTO seat_batch (partner_id, at, actor, means, reference, reason, seats_after)
VALUES (%s, %s, 'benchmark', 'raw', '', '', %s)
RETURNING id
"""
_ROW = """
INSERT INTO seat_log (partner_id, account_id, member_id, batch_id, at, delta, billable)
VALUES (%s, %s, %s, %s, %s, %s, true)
"""
_BATCH_AND_ROW = f"""
WITH batch AS ({_BATCH})
INSERT INTO seat_log (partner_id, account_id, member_id, batch_id, at, delta, billable)
SELECT %s, %s, %s, batch.id, %s, %s, true FROM batch
RETURNING batch_id
"""
_COUNTS = """
WITH counted AS (
    UPDATE account SET active_members = active_members + %(delta)s, seats = seats + %(delta)s, seats_at_peak = seats,
        mark = (SELECT mark FROM meter WHERE partner_id = %(partner)s),
        own_peak = greatest(own_peak, seats + %(delta)s), own_peak_cycle = 0
    WHERE id = %(account)s
)
UPDATE meter SET seats = seats + %(delta)s, last_at = %(at)s, peak = greatest(peak, seats + %(delta)s),
    peak_at = CASE WHEN seats + %(delta)s > peak THEN %(at)s ELSE peak_at END,
    peak_batch_id = CASE WHEN seats + %(delta)s > peak THEN %(batch)s ELSE peak_batch_id END,
    mark = CASE WHEN seats + %(delta)s > peak THEN mark + 1 ELSE mark END
WHERE partner_id = %(partner)s
"""


def change_one(connection: psycopg.Connection[Any], team: Team, email: str, *, active: bool) -> None:
    """One member's change in a transaction of three statements, after the meter's lock."""
    at, delta = team.clock(), 1 if active else -1
    with connection.transaction(), connection.cursor() as cursor:
        seats = _number(cursor.execute(_LOCK, [team.partner_id]))
        member = _number(cursor.execute(_MEMBER, [active, team.account_id, email]))
        about = [team.partner_id, at, seats + delta, team.partner_id, team.account_id, member, at, delta]
        batch = _number(cursor.execute(_BATCH_AND_ROW, about))
        cursor.execute(_COUNTS, _counts(team, at, delta, batch))


def change_row_by_row(connection: psycopg.Connection[Any], team: Team, *, active: bool, counts_once: bool) -> None:
    """All members' changes as one batch, in a loop inside one transaction.

    The counts follow each member, as in a program that changes members one by one, or (`counts_once`) the last only.
    """
    at, delta = team.clock(), 1 if active else -1
    with connection.transaction(), connection.cursor() as cursor:
        seats = _number(cursor.execute(_LOCK, [team.partner_id]))
        batch = _number(cursor.execute(_BATCH, [team.partner_id, at, seats + delta * len(team.emails)]))
        for email in team.emails:
            member = _number(cursor.execute(_MEMBER, [active, team.account_id, email]))
            cursor.execute(_ROW, [team.partner_id, team.account_id, member, batch, at, delta])
            if not counts_once:
                cursor.execute(_COUNTS, _counts(team, at, delta, batch))
        if counts_once:
            cursor.execute(_COUNTS, _counts(team, at, delta * len(team.emails), batch))


def copy_log(connection: psycopg.Connection[Any], team: Team, *, active: bool) -> None:
    """Only as many rows into the log's table, with COPY: what no change of seats can be quicker than. Not kept."""
    at, delta = team.clock(), 1 if active else -1
    command = "COPY seat_log (partner_id, account_id, member_id, batch_id, at, delta, billable) FROM STDIN"
    with connection.transaction(force_rollback=True), connection.cursor() as cursor, cursor.copy(command) as copy:
        for number in range(len(team.emails)):
            copy.write_row((team.partner_id, team.account_id, number, 0, at, delta, True))


def _counts(team: Team, at: datetime, delta: int, batch: int) -> dict[str, object]:
    return {"partner": team.partner_id, "account": team.account_id, "at": at, "delta": delta, "batch": batch}


def _number(cursor: psycopg.Cursor[Any]) -> int:
    row = cursor.fetchone()
    if row is None:
        message = "the yardstick found nothing to change"
        raise RuntimeError(message)
    number: int = row[0]
    return number
