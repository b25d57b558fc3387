"""Writes down where and when each session was last used, for people to look through theirs; and ends old ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from pleamar.entrypoints.sign_in.last_user import remember_user
from pleamar.wiring.clock import real_seconds

_SEEN: Final = "seen_at"
# So exact is what people read; it spares writing for every page. It also puts off the session's end.
_EVERY_SECONDS: Final = 5 * 60
_BEGAN: Final = "began_at"
# However often it is used, whoever has it signs in again some day.
_LONGEST_SECONDS: Final = 90 * 24 * 60 * 60


class SeenMiddleware:
    """Runs after it is known who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what was last seen a while ago is noted, and the browser then remembers whose it was.

        A session that is too old is over before anything is done in it.
        """
        if request.user.is_authenticated and self._is_old(request):
            logout(request)
        noted = request.user.is_authenticated and self._note(request)
        response = self._get_response(request)
        if noted and request.user.is_authenticated:
            remember_user(response, request.user.pk)
        return response

    def _is_old(self, request: HttpRequest) -> bool:
        """Whether it began too long ago; when it did, a session that is new is told."""
        now = real_seconds()
        began: int = request.session.setdefault(_BEGAN, now)
        return now - began >= _LONGEST_SECONDS

    def _note(self, request: HttpRequest) -> bool:
        now, seen = real_seconds(), request.session.get(_SEEN, 0)
        if not isinstance(seen, int) or not 0 <= now - seen < _EVERY_SECONDS:
            request.session[_SEEN] = now
            UserSession.objects.create_from_request(request)
            return True
        return False
