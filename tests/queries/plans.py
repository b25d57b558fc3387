"""How PostgreSQL would answer a query were the log of changes long: with a handful of rows any index will do."""

from __future__ import annotations

import re

from django.db import connection

# Of every partner, at one moment: what an index by partner and moment would have to read through.
_MANY_CHANGES = """
INSERT INTO seat_log (partner_id, account_id, member_id, batch_id, at, delta, billable)
SELECT partner.id, 0, -number, 0, '2020-01-01+00', 1, false FROM partner, generate_series(1, 3000) AS number
"""


def plan_among_many(query: str, *, counted: bool = True) -> str:
    """The plan of a query that was captured, in the test's transaction, which stays as full as it was made here.

    Not `counted`: as for tables that were filled a moment ago, of which the server knows nothing but their size.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MANY_CHANGES)
        if counted:
            cursor.execute("ANALYZE seat_log, member, account, deny_entry")
        else:
            cursor.execute("DELETE FROM pg_statistic WHERE starelid = 'seat_log'::regclass")
        cursor.execute("SET LOCAL enable_seqscan = off")  # the other tables are so short that they are read whole
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(row[0] for row in cursor.fetchall())


def indexes_read(plan: str) -> set[str]:
    """The names of the indexes a plan reads, row by row or as a bitmap: which of both is left to the planner.

    It chooses by the pages of an index, and those are as many as the tests before have left behind.
    """
    return set(re.findall(r"(?:using|Bitmap Index Scan on) (\w+)", plan))
