"""What is answered when a request cannot be: a page for people, a problem for programs."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from pleamar.config.outages import is_outage
from pleamar.entrypoints.sign_in import error_pages
from pleamar.entrypoints.webhooks import problems

_PROGRAMS = ("/webhooks/", "/healthz")
_JSON = ("application/json", "application/problem+json")
# A database that starts anew is there within this.
_RETRY_SECONDS: Final = 30


def _asks_a_program(request: HttpRequest) -> bool:
    """By what it asks for: an address for programs, or an answer that a browser would not read."""
    told = request.headers.get("Accept", "").casefold()
    return request.path.startswith(_PROGRAMS) or (any(kind in told for kind in _JSON) and "text/html" not in told)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be understood. For a host that we are not, there is no page in its name to show."""
    if isinstance(exception, SessionInterrupted) and (refused := _refused(exception)):
        return _unavailable(request) if is_outage(refused) else _failed(request)
    if _asks_a_program(request) or isinstance(exception, DisallowedHost):
        return problems.bad_request(request, exception)
    return error_pages.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """One that may not be made, or that another site made in somebody's name."""
    if _asks_a_program(request):
        return problems.forbidden(request, exception, reason)
    return error_pages.forbidden(request, exception, reason)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that there is not, or not for whoever asks."""
    return problems.not_found(request) if _asks_a_program(request) else error_pages.not_found(request, exception)


def server_error(request: HttpRequest, *arguments: Any) -> HttpResponse:
    """Something went wrong that nobody expected; or the database is away, which passes."""
    if is_outage(sys.exception()):
        return _unavailable(request)
    del arguments
    return _failed(request)


def _refused(interrupted: SessionInterrupted) -> BaseException | None:
    """The database's error that kept the session from being written; none where it was really ended meanwhile.

    Django says "ended" of both. Where no row was there to write, it raises an error of its own, without a cause.
    """
    unsaved = interrupted.__context__
    reason = unsaved.__context__ if unsaved else None
    return reason if reason and reason.__cause__ else None


def _failed(request: HttpRequest) -> HttpResponse:
    return problems.server_error(request) if _asks_a_program(request) else error_pages.server_error(request)


def _unavailable(request: HttpRequest) -> HttpResponse:
    answer = problems.unavailable(request) if _asks_a_program(request) else error_pages.unavailable(request)
    answer.headers["Retry-After"] = str(_RETRY_SECONDS)
    return answer
