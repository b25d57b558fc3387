"""Whose browser this was last: known after a session has ended, so that what they sent is shown to nobody else."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_COOKIE: Final = "last_user"
_SALT: Final = "pleamar.last-user"
_GOOD_FOR: Final = 30 * 24 * 60 * 60


def remember_user(response: HttpResponse, number: int) -> None:
    """Have the browser keep it."""
    response.set_cookie(
        _COOKIE,
        signing.dumps(number, salt=_SALT),
        max_age=_GOOD_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_user(response: HttpResponse) -> None:
    """Whoever signs out themselves leaves nothing behind."""
    response.delete_cookie(_COOKIE, samesite="Lax")


def last_user(request: HttpRequest) -> int | None:
    """Their key; None where it is not known."""
    try:
        told = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return None
    return told if isinstance(told, int) else None
