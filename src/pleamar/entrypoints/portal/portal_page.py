"""What every page of the portal has in common: who may see it, and the frame around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from pleamar.entrypoints.portal.navigation import navigation
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.guard import fresh_sign_in_first, second_factor_first, sign_in_first
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.viewers import team_person
from pleamar.rules.roles import Permission
from pleamar.wiring.clock import clock

P = ParamSpec("P")
# A file to save is no `HttpResponse` to Django.
Page: TypeAlias = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponseBase]
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def portal_page(
    *needs: Permission, to_change: Permission | None = None, fresh: bool = False
) -> Callable[[Page[P]], View[P]]:
    """A page for people of a partner's team who may all that it `needs`; to send its form, `to_change` as well.

    `fresh`: whoever sends its form must have shown shortly before that it is them (acts that cost, or give access).
    """

    def decorated(page: Page[P]) -> View[P]:
        @never_cache
        @wraps(page)
        def view(request: HttpRequest, *arguments: P.args, **named: P.kwargs) -> HttpResponseBase:
            viewer = _viewer(request)
            if isinstance(viewer, HttpResponse):
                return viewer
            sends = request.method == "POST"
            if not all(viewer.may(permission) for permission in needs):
                raise PermissionDenied
            if sends and to_change is not None and not viewer.may(to_change):
                raise PermissionDenied
            if sends and fresh and (elsewhere := fresh_sign_in_first(request)):
                return elsewhere
            return page(request, viewer, *arguments, **named)

        return cast("View[P]", view)

    return decorated


def show(
    request: HttpRequest, viewer: Viewer, template: str, facts: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page in the portal's frame. `template` may name a partial of it (`portal/users.html#rows`), for htmx."""
    told = {
        "viewer": viewer,
        "zone": viewer.zone,
        "cycle_zone": viewer.cycle_zone,
        "navigation": navigation(request, viewer),
        **(facts or {}),
    }
    return render(request, template, told, status=status)


def _viewer(request: HttpRequest) -> Viewer | HttpResponse:
    if elsewhere := sign_in_first(request):
        return elsewhere
    person = team_person(EVERYTHING, cast("int", request.user.pk))
    if person is None:
        return redirect("home")
    if elsewhere := second_factor_first(request, person.role):
        return elsewhere
    return Viewer(person, Scope(person.partner_id), clock()())
