"""The start: everybody is led to their own pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from pleamar.entrypoints.sign_in.error_pages import error_page
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.entrypoints.sign_in.guard import sign_in_first
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.viewers import administrator, team_person


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """To the portal, or to the pages of the one account that somebody administers."""
    if elsewhere := sign_in_first(request):
        return elsewhere
    number = int(request.user.pk or 0)
    if team_person(EVERYTHING, number) is not None:
        return redirect("portal:usage")
    if administrator(EVERYTHING, number) is not None:
        return redirect("tenant:account")
    if request.user.is_staff:
        heading = gettext("You sign in as staff of %(vendor)s") % {"vendor": Frame().brand.name}
        text = gettext(
            "These pages are for partners and their customers. What staff do is done at the console, with the command"
            " pleamar."
        )
        return error_page(request, heading, text, status=403)
    text = gettext("You are signed in, but belong to no team. Whoever invited you can invite you again.")
    return error_page(request, gettext("Nothing here is yours"), text, status=403)
