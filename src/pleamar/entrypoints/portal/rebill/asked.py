"""What an address asks to be billed on: a period, a way of counting, and perhaps a day."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from django.http import HttpRequest

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.rebill import Rebill, rebill
from pleamar.rules.rebill import COUNTINGS, Counting

_ISO_LENGTH: Final = len("2026-01-31")


class AskedRebill(NamedTuple):
    """`day_is_wrong`: what stands where a day should is none."""

    period: str
    counting: Counting
    day: date | None
    day_is_wrong: bool


def asked_rebill(request: HttpRequest) -> AskedRebill:
    """What is asked for wrongly is not asked for."""
    asked = request.GET
    counting = next((way for way in COUNTINGS if way == asked.get("counting")), COUNTINGS[0])
    text = asked.get("date", "").strip() if counting == "date" else ""
    day = _day(text)
    return AskedRebill(asked.get("period", "").strip(), counting, day, day_is_wrong=bool(text) and day is None)


def rebill_for(viewer: Viewer, asked: AskedRebill) -> Rebill:
    """The rebill that was asked for."""
    return rebill(viewer.scope, viewer.partner_id, asked.period, asked.counting, asked.day, now=viewer.now)


def _day(text: str) -> date | None:
    if len(text) != _ISO_LENGTH:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
