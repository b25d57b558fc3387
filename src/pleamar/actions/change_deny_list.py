"""Change an account's deny list: whoever is put on it becomes inactive at once (rule M19)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from django.db import connection, transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account, DenyEntry
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import ANY_RUN, MOST_PATTERNS, Denied, as_like, checked_pattern
from pleamar.rules.refusals import Refused
from pleamar.rules.shown import shown_name

How: TypeAlias = Literal["add", "remove", "replace"]


@dataclass(frozen=True, slots=True)
class DenyListChange:
    """What changed, or with `preview` would change: patterns, and the e-mails of who became inactive.

    `unchanged` are the patterns asked for that were so already: on the list, or for `remove` not on it.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    deactivated: tuple[str, ...]
    change: SeatChange
    preview: bool

    @property
    def shown(self) -> str:
        """A name for who and what it changes: by another one, a yes to a list that is out of date is known."""
        return shown_name([self.added, self.removed, self.unchanged, self.deactivated])


def change_deny_list(
    partner_id: int,
    account_id: int,
    how: How,
    entries: Iterable[Denied],
    *,
    cause: Cause,
    clock: Clock,
    preview: bool = False,
) -> DenyListChange:
    """Add the entries, remove them, or have them and no others; an entry without a reason has the cause's.

    The list and who becomes inactive by it are one transaction, and those people one batch whose means is "deny list".
    An entry that stays is left as it is. Taking one off makes nobody active. With `preview` everything is worked out
    and nothing is kept. Refuses `deny_pattern_invalid`, `deny_pattern_too_wide`, `deny_list_too_long` (in patterns with
    `*`), `account_unknown` and `partner_closed`.
    """
    asked = {checked_pattern(entry.pattern): entry.reason for entry in entries}
    with transaction.atomic():
        account = lock_account(partner_id, account_id)
        have = set(DenyEntry.unscoped.filter(account_id=account_id).values_list("pattern", flat=True))
        added = [] if how == "remove" else sorted(asked.keys() - have)
        removed = sorted({"add": set(), "remove": have & asked.keys(), "replace": have - asked.keys()}[how])
        refuse_too_long((have | set(added)) - set(removed))
        gone = _active_matches(account_id, added)
        wanted = [Wanted(account_id, email, active=False) for email in gone]
        change = change_seats(partner_id, wanted, cause=replace(cause, means="deny list"), clock=clock)
        if added or removed:
            at = change.at or clock()
            _write(account, {pattern: asked[pattern] for pattern in added}, removed, cause, at)
        transaction.set_rollback(preview)
    unchanged = sorted(asked.keys() - set(added) - set(removed))
    return DenyListChange(tuple(added), tuple(removed), tuple(unchanged), tuple(gone), change, preview)


def refuse_too_long(patterns: Iterable[str]) -> None:
    """Refuse `deny_list_too_long` for a list of more patterns with `*` than can be held against every address."""
    if sum(ANY_RUN in pattern for pattern in patterns) > MOST_PATTERNS:
        raise Refused("deny_list_too_long", most=MOST_PATTERNS)


def _active_matches(account_id: int, patterns: Collection[str]) -> list[str]:
    """Who of the account's active members is named by one of the patterns, in one statement."""
    if not patterns:
        return []
    likes = {pattern: as_like(pattern) for pattern in patterns}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT email FROM member WHERE account_id = %s AND active "
            "AND (email = ANY(%s::text[]) OR email LIKE ANY(%s::text[])) ORDER BY email",
            [
                account_id,
                [pattern for pattern, like in likes.items() if like is None],
                [like for like in likes.values() if like is not None],
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _write(account: Account, added: dict[str, str], removed: Sequence[str], cause: Cause, at: datetime) -> None:
    DenyEntry.unscoped.filter(account=account, pattern__in=removed).delete()
    DenyEntry.unscoped.bulk_create(
        DenyEntry(
            partner_id=account.partner_id,
            account=account,
            pattern=pattern,
            like=as_like(pattern),
            reason=reason or cause.reason,
            added_at=at,
            added_by=cause.actor,
        )
        for pattern, reason in added.items()
    )
    record_act(
        "change deny list",
        account.public_id,
        cause=cause,
        at=at,
        partner_id=account.partner_id,
        added=list(added),
        removed=list(removed),
    )
