"""The sessions in which somebody is signed in, and the end of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from pleamar.entrypoints.sign_in.browsers import browser_name
from pleamar.wiring.clock import real_clock

_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of them; `here`: the one that asks."""

    number: int
    browser: str
    address: str
    began: datetime
    seen: datetime
    here: bool


def sessions_of(request: HttpRequest) -> list[SessionRow]:
    """Those of whoever asks that still run, this one first and then the latest. Two reads, however many there are."""
    found = list(UserSession.objects.filter(user_id=request.user.pk).order_by("-last_seen_at")[:_MOST])
    running = set(
        Session.objects.filter(
            session_key__in=[one.session_key for one in found], expire_date__gt=real_clock()()
        ).values_list("session_key", flat=True)
    )
    here = request.session.session_key
    rows = [
        SessionRow(
            number=one.pk,
            browser=browser_name(one.user_agent),
            address=one.ip,
            began=one.created_at,
            seen=one.last_seen_at,
            here=one.session_key == here,
        )
        for one in found
        if one.session_key in running
    ]
    return sorted(rows, key=lambda row: not row.here)


def end_session(request: HttpRequest, number: str) -> bool:
    """End one of their sessions, at once; False: there is none of this number, or it is the one that asks."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return False
    session = UserSession.objects.filter(user_id=request.user.pk, pk=int(number)).first()
    if session is None or session.session_key == request.session.session_key:
        return False
    session.end()
    return True


def end_other_sessions(request: HttpRequest) -> int:
    """End all but the one that asks; how many those were."""
    others = list(UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key))
    for session in others:
        session.end()
    return len(others)
