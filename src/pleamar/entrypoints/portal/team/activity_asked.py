"""What of the activity an address asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, QueryDict

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.activity import ActivityFilter, Place, customers_named
from pleamar.wording.acts import PARTS, shown_acts, shown_parts
from pleamar.wording.means import actors_named

_LONGEST: Final = 200
_LONGEST_NUMBER: Final = 18
_FIELDS: Final = ("who", "what", "customer", "of", "from", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter (None: no customer is like that), what was typed, and the names of dates that are none."""

    wanted: ActivityFilter | None
    typed: dict[str, str]
    wrong: list[str] = field(default_factory=list)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(self.typed.values())

    def address(self, **more: str) -> str:
        """The same filter as the query of an address."""
        told = {name: value for name, value in {**self.typed, **more}.items() if value}
        return f"?{urlencode(told)}" if told else ""


def asked(told: QueryDict, viewer: Viewer) -> Asked:
    """The filter of this address. Somebody else's customer, or none, is not there (404)."""
    typed = {name: _clean(told.get(name, "")) for name in _FIELDS}
    if typed["what"] not in _parts(viewer):
        typed["what"] = ""
    since, until = _day(typed["from"], viewer.zone), _day(typed["to"], viewer.zone, days=1)
    wrong = [name for name, moment in (("from", since), ("to", until)) if typed[name] and moment is None]
    accounts = _accounts(typed, viewer)
    if accounts is None:
        return Asked(None, typed, wrong)
    what = typed["what"]
    wanted = ActivityFilter(
        acts=shown_acts(what, sees_prices=viewer.sees_prices, manages_team=viewer.may("manage_team")),
        users=what in {"", "users", "customers"},
        states=what == "customers",
        who=typed["who"],
        vendor=bool(typed["who"]) and typed["who"].casefold() in Frame().brand.name.casefold(),
        named=actors_named(typed["who"]),
        accounts=accounts,
        since=since,
        until=until,
    )
    return Asked(wanted, typed, wrong)


def parts_of(viewer: Viewer) -> list[tuple[str, str]]:
    """What may be asked for, and its name."""
    return [(part, str(PARTS[part])) for part in _parts(viewer)]


def place_of(text: str) -> Place | None:
    """Where the list goes on, as `address_of` wrote it; None, its beginning, for whatever is none."""
    parts = text.split(".")
    if len(parts) != len(Place._fields) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if any(len(part) > _LONGEST_NUMBER for part in parts):
        return None
    try:
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(parts[0]))
    except OverflowError:
        return None
    return Place(at, min(int(parts[1]), 2), int(parts[2]))


def address_of(place: Place) -> str:
    """A place as it stands in an address."""
    since = place.at - datetime.fromtimestamp(0, UTC)
    return f"{since // timedelta(microseconds=1)}.{place.source}.{place.id}"


def _parts(viewer: Viewer) -> list[str]:
    return shown_parts(sees_prices=viewer.sees_prices, manages_team=viewer.may("manage_team"))


def _accounts(typed: dict[str, str], viewer: Viewer) -> list[str] | None:
    """Empty: all; None: none is like that."""
    if typed["customer"]:
        found = customers_named(viewer.scope, viewer.partner_id, typed["customer"])
        if typed["customer"] not in found:
            raise Http404
        return found
    return customers_named(viewer.scope, viewer.partner_id, typed["of"]) or None if typed["of"] else []


def _day(text: str, zone: str, *, days: int = 0) -> datetime | None:
    """The local day's first moment, or the one `days` later; None for no date."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clean(text: str) -> str:
    return "".join(character for character in text[:_LONGEST] if character.isprintable()).strip()
