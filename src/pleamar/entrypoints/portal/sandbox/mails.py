"""The mails that a sandbox writes and sends nowhere: for a partner's owner to read, and to follow their links."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.page_policy import also_allows
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.sandbox.sandbox_page import sandbox_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.ports.mail import Letter, MailUndelivered
from pleamar.queries.shown_mails import ShownMail, shown_mail, shown_mails
from pleamar.rules.refusals import Refused
from pleamar.wiring.links import with_links
from pleamar.wording.mail import letter

_MOST: Final = 50
# A mail brings its own styles and pictures; nothing in it runs, and nothing comes from elsewhere.
_OF_A_LETTER: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A mail and its letter; none where it cannot be worded any more."""

    mail: ShownMail
    letter: Letter | None


@require_safe
@sandbox_page
@portal_page("manage_team", "see_prices")
def sandbox_mails(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The last ones, the newest first."""
    found = shown_mails(viewer.scope, viewer.partner_id, own=viewer.person.email, most=_MOST)
    told = [one for one in map(_told, found) if one.letter is not None]  # a used invitation has no words any more
    return show(request, viewer, "portal/sandbox_mails.html", {"mails": told, "most": len(found) == _MOST and _MOST})


@require_safe
@also_allows("frame-src", "'self'")
@sandbox_page
@portal_page("manage_team", "see_prices")
def sandbox_mail(request: HttpRequest, viewer: Viewer, mail: str) -> HttpResponse:
    """One of them, as its reader would see it, and as text."""
    return show(request, viewer, "portal/sandbox_mail.html", {"told": _found(viewer, mail)})


@require_safe
@sandbox_page
@portal_page("manage_team", "see_prices")
def sandbox_letter(request: HttpRequest, viewer: Viewer, mail: str) -> HttpResponse:
    """Its HTML alone. Its links leave the frame in which it is shown."""
    del request
    told = _found(viewer, mail)
    if told.letter is None:
        raise Http404
    html = told.letter.html.replace("<a ", '<a target="_top" ')
    for picture in told.letter.pictures:
        content = base64.b64encode(picture.content).decode()
        html = html.replace(f"cid:{picture.name}", f"data:image/{picture.kind};base64,{content}")
    return HttpResponse(html, headers={"Content-Security-Policy": _OF_A_LETTER, "X-Frame-Options": "SAMEORIGIN"})


def _found(viewer: Viewer, mail: str) -> Told:
    try:
        return _told(shown_mail(viewer.scope, viewer.partner_id, mail, own=viewer.person.email))
    except Refused as unknown:
        raise Http404 from unknown


def _told(mail: ShownMail) -> Told:
    if mail.message is None:
        return Told(mail, None)
    try:
        return Told(mail, with_links(letter)(mail.message))
    except MailUndelivered:
        return Told(mail, None)
