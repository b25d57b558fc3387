"""What the pages of allauth have in common here: never kept by a browser, and 422 where a form is shown again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from pleamar.entrypoints.sign_in.last_user import forget_user


def sign_in_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view as our addresses use it. What succeeds leads on, so a page in answer to a form says what is wrong."""

    @never_cache
    @wraps(view, updated=())
    def page(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        response = view(request, *arguments, **named)
        if request.method == "POST" and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return page


def sign_out_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for signing out, after which the browser knows nobody."""

    @never_cache
    @wraps(view, updated=())
    def page(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        response = view(request, *arguments, **named)
        if request.method == "POST":
            forget_user(response)
        return response

    return page
