"""The members of an account: a page of them as they stand and why, or all that a filter means (rules M15, M18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from pleamar.models import Member
from pleamar.queries.scopes import Scope
from pleamar.rules.deny_list import like_text
from pleamar.rules.public_ids import to_public


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which of an account's members are meant; what is not said means all. Deleted ones are never meant.

    `search` is part of the address or of the name, whatever the capitals; `domain` the whole of what is behind the @;
    `denied` whether they are on the account's deny list now.
    """

    account_id: int
    active: bool | None = None
    search: str = ""
    domain: str = ""
    denied: bool | None = None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, and what made it active or inactive the last time: when, who, by what means, and why.

    `changed_at` is None, and the rest of it empty, for one that was never active in this account.
    """

    public_id: str
    email: str
    display_name: str
    external_id: str | None
    active: bool
    denied: bool
    changed_at: datetime | None
    actor: str
    means: str
    reference: str
    reason: str


class MemberPage(NamedTuple):
    """Members by e-mail; the next page is the one `after` the address `next`, None at the end."""

    rows: list[MemberRow]
    next: str | None


# Neither part depends on the member, so that the list is read once and not again for each of thousands.
_DENIED = """(
    member.email IN (SELECT pattern FROM deny_entry WHERE {deny_scope} AND account_id = %(account)s)
    OR member.email LIKE ANY (ARRAY(
        SELECT deny_entry.like FROM deny_entry WHERE {deny_scope} AND account_id = %(account)s AND "like" IS NOT NULL))
)"""

# Whose a change is, is asked when it is found: were it asked of the log, a planner that knows no better reads through
# all that the partner ever changed, for each member of the page.
_PAGE = """
WITH page AS MATERIALIZED (
    SELECT id, uid, email, display_name, external_id, active, {denied} AS denied
    FROM member
    WHERE {scope} AND {meant} AND email > %(after)s
    ORDER BY email LIMIT %(most)s
)
SELECT page.uid, page.email, page.display_name, page.external_id, page.active, page.denied, latest.at,
    coalesce(batch.actor, ''), coalesce(batch.means, ''), coalesce(batch.reference, ''), coalesce(batch.reason, '')
FROM page
LEFT JOIN LATERAL (
    SELECT at, batch_id, partner_id FROM seat_log WHERE member_id = page.id ORDER BY at DESC, id DESC LIMIT 1
) AS latest ON {log_scope}
LEFT JOIN seat_batch AS batch ON batch.id = latest.batch_id
ORDER BY page.email
"""


def members(scope: Scope, wanted: MemberFilter, *, after: str = "", most: int = 50) -> MemberPage:
    """At most `most` of the members by e-mail, those behind the address `after`; in one query."""
    rows = _rows(_PAGE, scope, wanted, {"after": _printable(after), "most": most + 1})
    found = [MemberRow(to_public(Member.public_prefix, row[0]), *row[1:]) for row in rows[:most]]
    return MemberPage(found, found[-1].email if len(rows) > most else None)


def count_members(scope: Scope, wanted: MemberFilter) -> int:
    """How many members the filter means now."""
    ((count,),) = _rows("SELECT count(*) FROM member WHERE {scope} AND {meant}", scope, wanted)
    return int(count)


def member_emails(scope: Scope, wanted: MemberFilter) -> list[str]:
    """The addresses of everybody the filter means now, in order."""
    return [row[0] for row in _rows("SELECT email FROM member WHERE {scope} AND {meant} ORDER BY email", scope, wanted)]


def _rows(
    statement: str, scope: Scope, wanted: MemberFilter, values: Mapping[str, str | int] | None = None
) -> list[tuple[Any, ...]]:
    denied = _DENIED.format(deny_scope=scope.sql("deny_entry.partner_id"))
    text = statement.format(
        scope=scope.sql("member.partner_id"),
        log_scope=scope.sql("latest.partner_id"),
        denied=denied,
        meant=" AND ".join(_conditions(wanted, denied)),
    )
    search = like_text(_printable(wanted.search.strip()))
    filled = {
        "account": wanted.account_id,
        "active": wanted.active,
        "address": f"%{search.casefold()}%",
        "name": f"%{search}%",
        "domain": f"%@{like_text(_printable(wanted.domain.strip().removeprefix('@').casefold()))}",
        "denied": wanted.denied,
    }
    with connection.cursor() as cursor:
        cursor.execute(text, {**filled, **(values or {})})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _conditions(wanted: MemberFilter, denied: str) -> list[str]:
    """Only what is asked for: the server then plans for just that."""
    conditions = ["member.account_id = %(account)s", "member.hidden_at IS NULL"]
    if wanted.active is not None:
        conditions.append("member.active = %(active)s")
    if wanted.search.strip():
        conditions.append("(member.email LIKE %(address)s OR member.display_name ILIKE %(name)s)")
    if wanted.domain.strip():
        conditions.append("member.email LIKE %(domain)s")
    if wanted.denied is not None:
        conditions.append(f"{denied} = %(denied)s")
    return conditions


def _printable(text: str) -> str:
    """Without what no member's row holds and no database takes: null characters, halves of a character."""
    return "".join(character for character in text if character.isprintable())
