"""The way to the identity provider and back, also when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Final

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

_log: Final = logging.getLogger("pleamar.sign_in")
# The network, an answer that is none, one in which something is missing.
_FAILURES: Final = (OSError, ValueError, LookupError, TypeError, AttributeError)
# allauth passes on to the provider whatever an address says there.
_PASSED_ON: Final = ("auth_params", "scope", "action")
_ASKED_ANEW: Final = "ask_provider_anew"
# With a greatest age the provider has to say when somebody showed it who they are (OpenID Connect Core, 3.1.2.1).
_ANEW: Final = "prompt=login&max_age=0"


def ask_provider_anew(request: HttpRequest) -> None:
    """Whoever goes to the provider from this browser next is asked there who they are, also if it knows them."""
    request.session[_ASKED_ANEW] = True


def single_sign_on_start(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """allauth's view that leads to the provider, with what we ask of it and nothing that a link says."""
    page = single_sign_on_page(view)

    @wraps(view, updated=())
    def start(request: HttpRequest, provider_id: str) -> HttpResponse:
        query = request.GET.copy()
        for name in _PASSED_ON:
            query.pop(name, None)
        if request.session.get(_ASKED_ANEW):
            query["auth_params"] = _ANEW
        request.GET = query  # type: ignore[assignment]
        return page(request, provider_id)

    return start


def single_sign_on_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """allauth's view; what a provider does wrong is said on a page and stands in the log."""

    @never_cache
    @wraps(view, updated=())
    def page(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except ImmediateHttpResponse as answered:
            response: HttpResponse = answered.response
            return response
        except _FAILURES as failed:
            _log.warning("single sign-on failed", extra={"facts": {"error": type(failed).__name__}})
            return render(request, "socialaccount/authentication_error.html", status=HTTPStatus.BAD_GATEWAY)

    return page
