"""The page that shows what was not saved because its author was signed out, and sends it again."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pleamar.entrypoints.sign_in.guard import sign_in_first
from pleamar.entrypoints.sign_in.page_names import page_name
from pleamar.entrypoints.sign_in.unsent import forget_unsent, unsent_of
from pleamar.entrypoints.sign_in.unsent_words import unsent_words

# Addresses at which there is nothing to look at.
_ONLY_SENT: Final = ("portal:sandbox_clock", "choose_language")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_unsent(request: HttpRequest) -> HttpResponse:
    """What was typed, in words. Sending passes this page's own form, with its fresh token, on to where it belongs."""
    if elsewhere := sign_in_first(request):
        return elsewhere
    unsent = unsent_of(request)
    if unsent is None or not url_has_allowed_host_and_scheme(unsent.path, allowed_hosts=None):
        return redirect("home")
    if request.method != "POST":
        told = {
            "unsent": unsent,
            "words": unsent_words(unsent),
            "page": page_name(unsent.path),
            "address": "" if _is_only_sent(unsent.path) else unsent.path,
        }
        return render(request, "sign_in/unsent.html", told)
    forget_unsent(request)
    if "discard" in request.GET:
        return redirect("home" if _is_only_sent(unsent.path) else unsent.path)
    return HttpResponse(status=307, headers={"Location": unsent.path})


def _is_only_sent(path: str) -> bool:
    try:
        return resolve(path.partition("?")[0]).view_name in _ONLY_SENT
    except Resolver404:
        return True
