"""The seat log of a partner in the form of a history file, so that another program can count it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from django.db.models import F

from pleamar.models import SeatLogEntry
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import Scope

_AT_ONCE: Final = 5_000


class HistoryLine(NamedTuple):
    """A row of the file: `at` in ISO 8601 to the microsecond; `member` empty where the account itself changes."""

    at: str
    account: str
    member: str
    change: str


def history_rows(scope: Scope, partner_name: str) -> Iterator[HistoryLine]:
    """The partner's log in order of time, of one moment the accounts before the members. Refuses `partner_unknown`.

    Imported elsewhere it gives the same statements, if the partner has always had the currency and the time zone that
    it has now: an import reads the whole history by one currency and one zone, and the file tells neither. For every
    batch keeps its moment, and every account is named in the moment it begins. The file knows nothing of internal and
    annual accounts, whose members are never counted here; so their `live` is told as `trial`, which is never counted
    there.

    The partner is looked up at once, the rows are read as they are asked for.
    """
    return _lines(scope, find_partner(scope, partner_name).id)


def _lines(scope: Scope, partner_id: int) -> Iterator[HistoryLine]:
    rows = (
        scope.rows(SeatLogEntry)
        .filter(partner_id=partner_id)
        .order_by("at", F("member_id").asc(nulls_first=True), "id")
        .values_list(
            *("at", "account__name", "account__model", "account__internal"),
            *("member_id", "member__email", "state", "delta"),
        )
    )
    for at, account, model, internal, member_id, email, state, delta in rows.iterator(chunk_size=_AT_ONCE):
        if member_id is None:
            counts = model == "monthly" and not internal
            yield HistoryLine(_moment(at), account, "", "trial" if state == "live" and not counts else state)
        else:
            # A person that was erased keeps a name of no one, or the row would speak of the account.
            member = email or f"member-{member_id}@erased.invalid"
            yield HistoryLine(_moment(at), account, member, "active" if delta > 0 else "inactive")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
