"""What was done in a partner's name: its audit trail and the changes of its users as one list, the newest first."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from pleamar.models import Account
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import AT_THE_CONSOLE, PROGRAMS
from pleamar.rules.public_ids import from_public, to_public

# So many are looked through in one go where a filter leaves most of them out; then it is said how far that reached.
WINDOW: Final = 20_000
# The same of changes of users where each of them must be opened up to see which customers it is about.
OPENED_WINDOW: Final = 500
# So many users of one change are counted; more are "more than".
MOST_COUNTED: Final = 2_000


class Place(NamedTuple):
    """Where in the list one is: behind this row. Of one moment, changes of users (`source` 1) stand before acts (0)."""

    at: datetime
    source: int
    id: int


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What is looked for; what is not said means all.

    `acts` are those of the audit trail; with `users` changes of users stand in the list too, with `states` only those
    by which a customer was opened, went live or was closed. `who` is part of the name of who did it, as they are told:
    the vendor's own only with `vendor`, and `named` are those that stand for others. `accounts` are the public ids of
    customers; `since` and `until` are the first moment and the first one no more.
    """

    acts: Collection[str] | None = None
    users: bool = True
    states: bool = False
    who: str = ""
    vendor: bool = False
    named: Sequence[str] = ()
    accounts: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One customer in a change: how many of its users became active or inactive; `state` is its new one, or empty.

    `more`: the change is so large that not all of it was counted. `new`: the customer was opened by it.
    """

    account: str
    name: str
    activated: int
    deactivated: int
    state: str
    new: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was done: an `act` on a `subject`, or (`act` is empty) a change of users.

    `customer` is the name of the customer that the act was on, if it was on one.
    """

    place: Place
    actor: str
    act: str
    subject: str
    customer: str
    reason: str
    facts: Mapping[str, Any]
    changed: tuple[Changed, ...] = field(default=())

    @property
    def at(self) -> datetime:
        """When."""
        return self.place.at

    @property
    def only_went_live(self) -> bool:
        """Whether it is nothing but that customers went live, which the act beside it tells too."""
        return bool(self.changed) and all(
            one.state == "live" and not one.new and not one.activated and not one.deactivated for one in self.changed
        )


class ActivityPage(NamedTuple):
    """Rows, and where the list goes on (None: it ends). `searched_to`: so far back it was looked, and no further."""

    rows: list[Happening]
    next: Place | None
    searched_to: datetime | None


# Whoever is told under the vendor's name is found by that alone.
_WHO: Final = """(CASE WHEN actor = ANY(%(programs)s) OR actor LIKE %(console)s THEN %(vendor)s
    ELSE actor ILIKE %(who)s OR actor = ANY(%(named)s) END)"""
_EVENTS: Final = """
SELECT at, 0 AS source, id, actor, act, subject, reason, facts FROM (
    SELECT * FROM audit_event WHERE {scope} AND partner_id IS NOT NULL AND {span} AND (at, 0, id) < {place}
    ORDER BY at DESC, id DESC LIMIT %(window)s
) AS event WHERE {meant} ORDER BY at DESC, id DESC LIMIT %(most)s
"""
_BATCHES: Final = """
SELECT at, 1, id, actor, '', '', reason, jsonb_build_object('means', means, 'reference', reference) FROM (
    SELECT * FROM seat_batch WHERE {scope} AND {span} AND (at, 1, id) < {place}
    ORDER BY at DESC, id DESC LIMIT %(batch_window)s
) AS batch WHERE {meant} ORDER BY at DESC, id DESC LIMIT %(most)s
"""
_HORIZON: Final = """
SELECT greatest(
    (SELECT at FROM audit_event WHERE {scope} AND partner_id IS NOT NULL AND {span} AND (at, 0, id) < {place}
     ORDER BY at DESC, id DESC OFFSET %(window)s - 1 LIMIT 1),
    (SELECT at FROM seat_batch WHERE {scope} AND {users} AND {span} AND (at, 1, id) < {place}
     ORDER BY at DESC, id DESC OFFSET %(batch_window)s - 1 LIMIT 1))
"""
# The log has no index by batch, but batches of a partner have moments of their own.
_IN_BATCH: Final = """EXISTS (
    SELECT FROM seat_log
    WHERE {log_scope} AND seat_log.partner_id = batch.partner_id AND seat_log.at = batch.at AND {of}
)"""
# A handful of rows among millions, found by an index of their own.
_TURNS: Final = """batch.at = ANY (ARRAY(
    SELECT seat_log.at FROM seat_log
    WHERE {log_scope} AND member_id IS NULL AND account_id IN (SELECT id FROM account WHERE {scope})
))"""
_CHANGES: Final = """
SELECT batch.id, account.uid, account.name, account.created_at = batch.at, entry.up, entry.down, entry.state, entry.more
FROM seat_batch AS batch
CROSS JOIN LATERAL (
    SELECT account_id, count(*) FILTER (WHERE member_id IS NOT NULL AND delta > 0) AS up,
        count(*) FILTER (WHERE member_id IS NOT NULL AND delta < 0) AS down, coalesce(max(state), '') AS state,
        sum(count(*)) OVER () > %(counted)s AS more
    FROM (
        SELECT account_id, member_id, delta, state FROM seat_log
        WHERE seat_log.partner_id = batch.partner_id AND seat_log.at = batch.at LIMIT %(counted)s + 1
    ) AS entry GROUP BY account_id
) AS entry
JOIN account ON account.id = entry.account_id
WHERE {scope} AND batch.id = ANY(%(batches)s) ORDER BY account.name
"""


def activity(scope: Scope, wanted: ActivityFilter, *, after: Place | None = None, most: int = 50) -> ActivityPage:
    """At most `most` of it, behind the place `after`; in four queries at most."""
    parts, values = _parts(scope, wanted, after), _values(wanted, after, most + 1)
    found = _fetched(_statement(wanted).format(**parts), values)
    next_place, searched_to = None, None
    if len(found) > most:
        found = found[:most]
        next_place = _place(found[-1])
    else:
        ((searched_to,),) = _fetched(_HORIZON.format(**parts), values)
        if searched_to is not None:
            found = [row for row in found if row[0] > searched_to]
            next_place = Place(searched_to, 2, 0)
    return ActivityPage(_happenings(scope, found), next_place, searched_to)


def customers_named(scope: Scope, partner_id: int, text: str, *, most: int = 20) -> list[str]:
    """The public ids of the partner's customers with that public id, or with it as a part of their name, by name."""
    rows = scope.rows(Account).filter(partner_id=partner_id)
    uid = from_public(Account.public_prefix, text)
    readable = "".join(character for character in text if character.isprintable()).strip()
    rows = rows.filter(uid=uid) if uid else rows.filter(name__icontains=readable)
    found = rows.order_by("name").values_list("uid", flat=True)[:most]
    return [to_public(Account.public_prefix, one) for one in found]


def _statement(wanted: ActivityFilter) -> str:
    if not wanted.users:
        return _EVENTS.replace("{meant}", "{event_meant}")
    events, batches = _EVENTS.replace("{meant}", "{event_meant}"), _BATCHES.replace("{meant}", "{batch_meant}")
    return f"({events}) UNION ALL ({batches}) ORDER BY at DESC, source DESC, id DESC LIMIT %(most)s"


def _parts(scope: Scope, wanted: ActivityFilter, after: Place | None) -> dict[str, str]:
    """Only what is asked for: the server then plans for just that."""
    span = ["TRUE"]
    if after is not None:
        span.append("at <= %(at)s")
    if wanted.since is not None:
        span.append("at >= %(since)s")
    if wanted.until is not None:
        span.append("at < %(until)s")
    who = [_WHO] if wanted.who else []
    event_meant, batch_meant = ["TRUE", *who], ["TRUE", *who]
    if wanted.acts is not None:
        event_meant.append("act = ANY(%(acts)s)")
    if wanted.accounts:
        event_meant.append("ARRAY[subject, facts ->> 'account', facts ->> 'to'] && %(accounts)s::text[]")
        of_account = "seat_log.account_id = ANY (ARRAY(SELECT id FROM account WHERE {scope} AND uid = ANY(%(uids)s)))"
        of = of_account.format(scope=scope.sql("partner_id"))
        batch_meant.append(_IN_BATCH.format(log_scope=scope.sql("seat_log.partner_id"), of=of))
    if wanted.states:
        batch_meant.append(_TURNS.format(log_scope=scope.sql("seat_log.partner_id"), scope=scope.sql("partner_id")))
    return {
        "scope": scope.sql("partner_id"),
        "span": " AND ".join(span),
        "place": "(%(at)s, %(source)s, %(id)s)" if after is not None else "('infinity'::timestamptz, 2, 0)",
        "event_meant": " AND ".join(event_meant),
        "batch_meant": " AND ".join(batch_meant),
        "users": "TRUE" if wanted.users else "FALSE",
    }


def _values(wanted: ActivityFilter, after: Place | None, most: int) -> dict[str, Any]:
    uids = [from_public(Account.public_prefix, account) for account in wanted.accounts]
    return {
        "most": most,
        "window": WINDOW,
        "batch_window": OPENED_WINDOW if wanted.accounts else WINDOW,
        "at": after.at if after else None,
        "source": after.source if after else None,
        "id": after.id if after else None,
        "since": wanted.since,
        "until": wanted.until,
        "who": f"%{_like(wanted.who)}%",
        "vendor": wanted.vendor,
        "named": list(wanted.named),
        "programs": list(PROGRAMS),
        "console": f"%{AT_THE_CONSOLE}",
        "acts": list(wanted.acts or ()),
        "accounts": list(wanted.accounts),
        "uids": uids,
    }


def _happenings(scope: Scope, found: Sequence[tuple[Any, ...]]) -> list[Happening]:
    told = [json.loads(row[7]) for row in found]
    about = [_about(row[5], facts) for row, facts in zip(found, told, strict=True)]
    names = _customers(scope, about)
    changed = _changes(scope, [row[2] for row in found if row[1] == 1])
    activated = {row[0] for row in found if row[4] == "activate trial"}
    happenings = [
        Happening(
            place=_place(row),
            actor=row[3],
            act=row[4],
            subject=row[5],
            customer=names.get(customer, ""),
            reason=row[6],
            facts=facts,
            changed=tuple(changed.get(row[2], ())) if row[1] == 1 else (),
        )
        for row, facts, customer in zip(found, told, about, strict=True)
    ]
    return [one for one in happenings if not (one.at in activated and one.only_went_live)]


def _about(subject: str, facts: Mapping[str, Any]) -> str:
    """The public id of the customer that an act was on, or of the one that somebody is to look after."""
    return subject if subject.startswith(f"{Account.public_prefix}_") else str(facts.get("account", ""))


def _place(row: Sequence[Any]) -> Place:
    return Place(row[0], row[1], row[2])


def _customers(scope: Scope, subjects: Collection[str]) -> dict[str, str]:
    """Public id → name, of those subjects that are customers."""
    uids = [uid for uid in (from_public(Account.public_prefix, subject) for subject in set(subjects)) if uid]
    rows = scope.rows(Account).filter(uid__in=uids).values_list("uid", "name")
    return {to_public(Account.public_prefix, uid): name for uid, name in rows}


def _changes(scope: Scope, batches: Sequence[int]) -> dict[int, list[Changed]]:
    rows = _fetched(
        _CHANGES.format(scope=scope.sql("batch.partner_id")), {"batches": list(batches), "counted": MOST_COUNTED}
    )
    changed: dict[int, list[Changed]] = {}
    for batch, uid, name, is_new, up, down, state, more in rows:
        public_id = to_public(Account.public_prefix, uid)
        changed.setdefault(batch, []).append(Changed(public_id, name, up, down, state, is_new, more))
    return changed


def _fetched(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _like(text: str) -> str:
    readable = "".join(character for character in text if character.isprintable())
    return readable.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
