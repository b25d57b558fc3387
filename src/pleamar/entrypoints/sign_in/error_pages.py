"""Pages that say that something cannot be shown or done, and what to do then."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext


def error_page(request: HttpRequest, heading: str, text: str, *, status: int) -> HttpResponse:
    """A page of a heading and a sentence; sent in answer to htmx, too, as a whole page."""
    return render(request, "sign_in/error.html", {"heading": heading, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """More than a page takes at once, a session that ended while it was answered, or a request in pieces."""
    if isinstance(exception, SessionInterrupted):
        text = gettext("Your session ended meanwhile. Sign in again.")
        return _bare_page(gettext("You are signed out"), f"{text} {_already(request)}", status=400)
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        text = gettext("Nothing was changed. Go back, and send less at once, or send a file in place of typed text.")
        return error_page(request, gettext("That is too much at once"), text, status=400)
    text = gettext("Nothing was changed. It arrived in pieces. Go back, reload the page and send it again.")
    return error_page(request, gettext("This request cannot be understood"), text, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """A form from a page that was open for too long, or from another site; or a page for other roles."""
    if reason:  # Django's check against forged forms names one
        text = gettext(
            "Nothing was changed. This page was open in another session. Go back, reload the page and send it again."
        )
        return error_page(request, gettext("This form is out of date"), text, status=403)
    told = str(exception) if exception and str(exception) else ""
    text = told or gettext("Your role does not include this. The owner of your team can change that.")
    return error_page(request, gettext("This is not for your role"), text, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that there is not, or not for whoever asks."""
    del exception
    text = gettext("The address may be mistyped, or what it showed may be gone.")
    return error_page(request, gettext("There is nothing here"), text, status=404)


def server_error(request: HttpRequest, *arguments: Any) -> HttpResponse:
    """Something went wrong that nobody expected."""
    del arguments
    return _bare_page(gettext("Something went wrong"), _again(request), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away, which mostly passes."""
    text = gettext("We cannot reach our data just now.")
    return _bare_page(gettext("Back in a moment"), f"{text} {_again(request)}", status=503)


def _again(request: HttpRequest) -> str:
    stays = gettext("If it stays like this, tell whoever runs this site: what happened is in its log.")
    again = _already(request) or gettext("Try again in a minute.")
    return f"{again} {stays}"


def _already(request: HttpRequest) -> str:
    """It may have failed after what was sent was done, while the answer was being made; nothing where nothing was."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return ""
    return gettext("What you sent may have been done already: look before you send it again.")


def _bare_page(heading: str, text: str, *, status: int) -> HttpResponse:
    """Asks as little as possible of anything: neither who it is for, nor the vendor's name and colours."""
    told = {"heading": heading, "text": text}
    return HttpResponse(render_to_string("sign_in/bare.html", told), status=status)
