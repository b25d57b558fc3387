"""The page for somebody whose role asks for a second factor and who has none yet."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pleamar.entrypoints.sign_in.guard import sign_in_first
from pleamar.entrypoints.sign_in.second_factor import has_second_factor

_NEXT: Final = "after_second_factor"
_LONGEST: Final = 2_000


@never_cache
@require_safe
def second_factor_required(request: HttpRequest) -> HttpResponse:
    """Why, and the ways to set one up. Who has done so is led on to where they wanted to go."""
    if elsewhere := sign_in_first(request):
        return elsewhere
    wanted = request.GET.get("next", "")
    if _is_page_of_ours(wanted):
        request.session[_NEXT] = wanted
    if has_second_factor(request.user):
        kept = request.session.pop(_NEXT, "")
        return HttpResponseRedirect(kept) if kept else redirect("home")
    return render(request, "sign_in/second_factor_required.html")


def _is_page_of_ours(wanted: str) -> bool:
    """A path from the root; browsers take what begins with `//` or `/\\` for another host."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return is_path and len(wanted) <= _LONGEST and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
