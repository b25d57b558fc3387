"""Who must be signed in, how surely, and how freshly, before a page is shown or an act is done."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, suspend_request
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from pleamar.entrypoints.sign_in.freshness import is_fresh
from pleamar.entrypoints.sign_in.second_factor import needs_second_factor
from pleamar.entrypoints.sign_in.single_sign_on import ask_provider_anew
from pleamar.entrypoints.sign_in.unsent import keep_unsent


def sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """Where to send whoever is not signed in; None: they are.

    What somebody sends after their session has ended is kept, and shown to them again once they are back.
    """
    if request.user.is_authenticated:
        return None
    keep_unsent(request)
    return _led_to(request, "account_login")


def second_factor_first(request: HttpRequest, role: str) -> HttpResponse | None:
    """Where to send somebody whose role asks for a second factor and who has set up none; None: go on."""
    if not needs_second_factor(request.user, role):
        return None
    return _led_to(request, "second_factor_required")


def fresh_sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """Where to send somebody who has not shown for a while that it is them; what they sent goes along. None: go on.

    Who has neither a password nor a second factor here, but comes by single sign-on, comes that way once more, and is
    asked there who they are.
    """
    if is_fresh(request):
        return None
    if not get_reauthentication_flows(request.user):
        return _sign_in_again(request)
    answer: HttpResponse = suspend_request(request, reverse("account_reauthenticate"))
    # allauth goes on with what was sent only where `next` is its path, without a query; it keeps that beside it.
    if request.method == "POST":
        answer["Location"] = f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}"
    return answer


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    number = request.user.pk
    logout(request)
    keep_unsent(request, whose=number)
    ask_provider_anew(request)
    told = gettext(
        "Show once more that it is you. If your company's sign-on does not ask who you are, set a password here first:"
        " “Forgot your password?”."
    )
    messages.info(request, told)
    return _led_to(request, "account_login")


def _led_to(request: HttpRequest, name: str) -> HttpResponse:
    """To that page, and back here from it. A piece of a page that htmx asks for is no place to come back to."""
    is_piece = request.headers.get("HX-Request") == "true"
    back = request.get_full_path()
    if is_piece or request.method not in {"GET", "HEAD"}:
        back = _page_of(request)
    address = f"{reverse(name)}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(address) if is_piece else HttpResponse(status=302, headers={"Location": address})


def _page_of(request: HttpRequest) -> str:
    """The page on which it was asked; where the browser does not say, the address that was asked."""
    seen = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if seen.netloc != request.get_host() or not seen.path.startswith("/"):
        return request.get_full_path()
    return f"{seen.path}?{seen.query}" if seen.query else seen.path
