"""The people in all of a partner's customers, or in one: pages by customer and address, and all that a filter means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models.functions import Lower

from pleamar.models import Account, Member
from pleamar.queries.scopes import Scope
from pleamar.rules.deny_list import like_text
from pleamar.rules.public_ids import from_public, to_public

# Nobody reads further, and counting more would make a page wait.
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which of a partner's people are meant; what is not said means all. Deleted ones are never meant.

    `account_id` is one customer, else all that are open are meant; `customer` is part of the name of some. Accounts
    under an annual contract are outside of the partner's section (rule A7). `search` is part of the address or of the
    name, `domain` the whole of what is behind the @; `denied`: only who is on the deny list of their customer now.
    """

    partner_id: int
    account_id: int | None = None
    customer: str = ""
    active: bool | None = None
    search: str = ""
    domain: str = ""
    denied: bool = False

    @property
    def means_all(self) -> bool:
        """Whether nothing but the customer was said."""
        return self == PeopleFilter(self.partner_id, self.account_id)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a customer, and what made them active or inactive the last time: when, who, by what means and why.

    `changed_at` is None, and the rest of it empty, for one that was never active there.
    """

    customer: str
    customer_id: str
    public_id: str
    email: str
    display_name: str
    active: bool
    denied: bool
    changed_at: datetime | None
    actor: str
    means: str
    reference: str
    reason: str


class Place(NamedTuple):
    """Where a page begins or ends: behind, or before, this customer's person of that address."""

    customer_id: str
    email: str


class PeoplePage(NamedTuple):
    """People by customer and address; `previous` and `next` are where the pages beside it end and begin."""

    rows: list[PersonRow]
    previous: Place | None
    next: Place | None


class PersonRef(NamedTuple):
    """One of those whom an act is for."""

    account_id: int
    customer: str
    customer_id: str
    public_id: str
    email: str
    active: bool


# One customer after the other, its people by their own index, no more of them than are shown: a million people are no
# more to read than a page, without an index that every change would have to write. OFFSET keeps the customers in order.
_PEOPLE = """
SELECT {columns}
FROM (
    SELECT id, uid, name, lower(name) AS folded FROM account
    WHERE {account_scope} AND account.partner_id = %(partner)s AND account.model = 'monthly' AND {accounts}
    ORDER BY folded {way}, id {way} OFFSET 0
) AS customer
CROSS JOIN LATERAL (
    SELECT member.id, member.uid, member.email, member.display_name, member.active
    FROM member WHERE {scope} AND member.account_id = customer.id AND member.hidden_at IS NULL AND {members}
    ORDER BY member.email {way} LIMIT %(most)s
) AS person
ORDER BY customer.folded {way}, customer.id {way}, person.email {way}
LIMIT %(most)s
"""

# Each is answered by its own index. Not EXISTS, which the planner may answer for all of a table at once.
_DENIED = """coalesce(
    (SELECT true FROM deny_entry WHERE {deny_scope}
         AND deny_entry.account_id = {account} AND deny_entry.pattern = {email} LIMIT 1),
    (SELECT true FROM deny_entry WHERE {deny_scope}
         AND deny_entry.account_id = {account} AND deny_entry.like IS NOT NULL
         AND {email} LIKE deny_entry.like LIMIT 1),
    false
)"""

# Whose a change is, is asked when it is found: were it asked of the log, a planner that knows no better reads through
# all that the partner ever changed, for each person of the page.
_PAGE = """
WITH page AS MATERIALIZED ({people})
SELECT page.customer, page.customer_uid, page.uid, page.email, page.display_name, page.active, {denied}, latest.at,
    coalesce(batch.actor, ''), coalesce(batch.means, ''), coalesce(batch.reference, ''), coalesce(batch.reason, '')
FROM page
LEFT JOIN LATERAL (
    SELECT at, batch_id, partner_id FROM seat_log WHERE member_id = page.id ORDER BY at DESC, id DESC LIMIT 1
) AS latest ON {log_scope}
LEFT JOIN seat_batch AS batch ON batch.id = latest.batch_id
ORDER BY page.folded {way}, page.customer_number {way}, page.email {way}
"""
_PAGE_COLUMNS = (
    "customer.name AS customer, customer.folded, customer.id AS customer_number, customer.uid AS customer_uid, "
    "person.id, person.uid, person.email, person.display_name, person.active"
)
_REF_COLUMNS = "customer.id, customer.name, customer.uid, person.uid, person.email, person.active"


def people(
    scope: Scope, wanted: PeopleFilter, *, after: Place | None = None, before: Place | None = None, most: int = 50
) -> PeoplePage:
    """At most `most` of the people, those behind a place or the last ones before it; in one or two queries."""
    place = before or after
    start = None if place is None else _start(scope, wanted, place)
    if place is not None and start is None:
        place = before = None
    way = "DESC" if before else "ASC"
    parts = _parts(scope, wanted, way, start)
    text = _PAGE.format(
        people=_PEOPLE.format(columns=_PAGE_COLUMNS, **parts),
        denied=_denied(scope, "page.customer_number", "page.email"),
        log_scope=scope.sql("latest.partner_id"),
        way=way,
    )
    found = [_row(row) for row in _fetched(text, wanted, most + 1, start)]
    shown, is_more = found[:most], len(found) > most
    if before:
        shown.reverse()
    if not shown:
        return PeoplePage([], None, None)
    first, last = (Place(row.customer_id, row.email) for row in (shown[0], shown[-1]))
    has_previous = is_more if before else place is not None
    has_next = True if before else is_more
    return PeoplePage(shown, first if has_previous else None, last if has_next else None)


def count_people(scope: Scope, wanted: PeopleFilter, *, most: int = MOST_COUNTED) -> int:
    """How many people the filter means now; `most` + 1 for any number above `most`. One query."""
    inner = _PEOPLE.format(columns="1", **_parts(scope, wanted, "ASC", None))
    ((count,),) = _fetched(f"SELECT count(*) FROM ({inner}) AS counted", wanted, most + 1, None)
    return int(count)


def people_meant(scope: Scope, wanted: PeopleFilter, *, most: int = MOST_COUNTED) -> list[PersonRef]:
    """Everybody whom the filter means now, by customer and address; `most` + 1 of them if they are more. One query."""
    text = _PEOPLE.format(columns=_REF_COLUMNS, **_parts(scope, wanted, "ASC", None))
    return [_ref(row) for row in _fetched(text, wanted, most + 1, None)]


def people_named(scope: Scope, partner_id: int, public_ids: Sequence[str]) -> list[PersonRef]:
    """Those of the partner's people who have these ids, by customer and address. One query.

    One that was deleted is left out, and so is an id that is none of theirs.
    """
    uids = [uid for text in public_ids if (uid := from_public(Member.public_prefix, text)) is not None]
    rows = (
        scope.rows(Member)
        .filter(partner_id=partner_id, account__model="monthly", uid__in=uids, hidden_at=None)
        .order_by(Lower("account__name"), "account_id", "email")
    )
    columns = "account_id", "account__name", "account__uid", "uid", "email", "active"
    return [_ref(row) for row in rows.values_list(*columns)]


def are_people(scope: Scope, partner_id: int, public_ids: Sequence[str]) -> bool:
    """Whether each of these ids is of one of the partner's people, also of a deleted one. One query."""
    asked = set(public_ids)
    uids = {uid for text in asked if (uid := from_public(Member.public_prefix, text)) is not None}
    return len(uids) == len(asked) == scope.rows(Member).filter(partner_id=partner_id, uid__in=uids).count()


class _Start(NamedTuple):
    account_id: int
    folded: str
    email: str


def _start(scope: Scope, wanted: PeopleFilter, place: Place) -> _Start | None:
    """The place, if it is one of the partner's."""
    uid = from_public(Account.public_prefix, place.customer_id)
    if uid is None:
        return None
    found = scope.rows(Account).filter(partner_id=wanted.partner_id, uid=uid).values_list("pk", Lower("name")).first()
    return None if found is None else _Start(found[0], found[1], _printable(place.email))


def _parts(scope: Scope, wanted: PeopleFilter, way: str, start: _Start | None) -> dict[str, str]:
    """What fills `_PEOPLE`. Only what is asked for: the server then plans for just that."""
    accounts, members = ["TRUE"], ["TRUE"]
    beyond = ">" if way == "ASC" else "<"
    if wanted.account_id is not None:
        accounts.append("account.id = %(account)s")
    else:
        accounts.append("account.state <> 'closed'")
    if wanted.customer.strip():
        accounts.append("account.name ILIKE %(customer)s")
    if start is not None:
        accounts.append(f"(lower(account.name), account.id) {beyond}= (%(start_folded)s, %(start_account)s)")
        members.append(f"(customer.id <> %(start_account)s OR member.email {beyond} %(start_email)s)")
    if wanted.active is not None:
        members.append("member.active = %(active)s")
    if wanted.search.strip():
        members.append("(member.email LIKE %(address)s OR member.display_name ILIKE %(name)s)")
    if wanted.domain.strip():
        members.append("member.email LIKE %(domain)s")
    if wanted.denied:
        deny_scope = scope.sql("deny_entry.partner_id")
        accounts.append(f"EXISTS (SELECT FROM deny_entry WHERE {deny_scope} AND deny_entry.account_id = account.id)")
        members.append(_denied(scope, "customer.id", "member.email"))
    return {
        "account_scope": scope.sql("account.partner_id"),
        "scope": scope.sql("member.partner_id"),
        "accounts": " AND ".join(accounts),
        "members": " AND ".join(members),
        "way": way,
    }


def _denied(scope: Scope, account: str, email: str) -> str:
    return _DENIED.format(deny_scope=scope.sql("deny_entry.partner_id"), account=account, email=email)


def _fetched(text: str, wanted: PeopleFilter, most: int, start: _Start | None) -> list[tuple[Any, ...]]:
    search = like_text(_printable(wanted.search.strip()))
    values: Mapping[str, str | int | bool | None] = {
        "partner": wanted.partner_id,
        "account": wanted.account_id,
        "customer": f"%{like_text(_printable(wanted.customer.strip()))}%",
        "active": wanted.active,
        "address": f"%{search.casefold()}%",
        "name": f"%{search}%",
        "domain": f"%@{like_text(_printable(wanted.domain.strip().removeprefix('@').casefold()))}",
        "most": most,
        "start_account": start.account_id if start else None,
        "start_folded": start.folded if start else None,
        "start_email": start.email if start else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _row(row: Sequence[Any]) -> PersonRow:
    customer, customer_uid, uid, *told = row
    ids = to_public(Account.public_prefix, customer_uid), to_public(Member.public_prefix, uid)
    return PersonRow(customer, *ids, *told)


def _ref(row: Sequence[Any]) -> PersonRef:
    account_id, customer, customer_uid, uid, email, active = row
    ids = to_public(Account.public_prefix, customer_uid), to_public(Member.public_prefix, uid)
    return PersonRef(account_id, customer, *ids, email, active)


def _printable(text: str) -> str:
    """Without what no row holds and no database takes: null characters, halves of a character."""
    return "".join(character for character in text if character.isprintable())
