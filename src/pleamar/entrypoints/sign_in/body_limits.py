"""How much anybody may send at once: refused before any of it is read, so that nobody fills memory or disks."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from pleamar.entrypoints.sign_in.error_pages import error_page

# The largest file that is taken has 20 MB; a form around it needs little.
_LARGEST: Final = 25_000_000
# Nothing that is there for strangers is longer; what somebody sent after their session had ended may be kept.
_LARGEST_OF_STRANGERS: Final = 1_000_000
# Programs that are answered there have limits of their own.
_PROGRAMS: Final = "/webhooks/"


class BodyLimitsMiddleware:
    """The last of all, when it is known who asks; the check against forged forms reads what was sent after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; 413 for what is too long, or does not say how long it is."""
        refused = None if request.path.startswith(_PROGRAMS) else _refused(request)
        return refused or self._get_response(request)


def _refused(request: HttpRequest) -> HttpResponse | None:
    told = request.META.get("CONTENT_LENGTH") or ""
    if not told and "Transfer-Encoding" not in request.headers:
        return None
    is_number = told.isascii() and told.isdigit() and len(told) <= len(str(_LARGEST))
    if not is_number or int(told) > _LARGEST:
        text = gettext("At most %(most)s MB can be sent at once. Send less, or split the file.")
        return _page(request, text % {"most": _LARGEST // 1_000_000})
    if int(told) > _LARGEST_OF_STRANGERS and not request.user.is_authenticated:
        return _page(request, gettext("You are signed out. Sign in, and send it again."))
    return None


def _page(request: HttpRequest, text: str) -> HttpResponse:
    heading = gettext("This is too much at once")
    return error_page(request, heading, text, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
