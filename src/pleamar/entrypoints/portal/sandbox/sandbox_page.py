"""Pages that there are in a sandbox alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase

from pleamar.wiring.clock import is_sandbox

P = ParamSpec("P")


def sandbox_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """In a live installation there is nothing at its address, for nobody."""

    @wraps(view)
    def only_there(request: HttpRequest, /, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
        if not is_sandbox():
            raise Http404
        return view(request, *arguments, **named)

    return only_there
