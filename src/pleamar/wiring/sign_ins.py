"""Forgets what is over of people's sessions, and of what is counted about them."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef

from pleamar.wiring.clock import real_clock


def forget_old_sign_ins() -> None:
    """Remove sessions that have run out, what was noted of them, and counts of attempts that count no more."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    running = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(running)).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache_entry WHERE expires < %s", [real_clock()()])
