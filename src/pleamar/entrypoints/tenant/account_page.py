"""What every page of an account's administrator has in common: who may see it, and the frame around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from pleamar.entrypoints.sign_in.guard import second_factor_first, sign_in_first
from pleamar.queries.own_account import OwnAccount, find_own_account
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.viewers import Administrator, administrator
from pleamar.rules.causes import Cause
from pleamar.rules.roles import ADMINISTRATOR
from pleamar.wiring.clock import clock

P = ParamSpec("P")
MEANS: Final = "account page"


@dataclass(frozen=True, slots=True)
class Keeper:
    """The administrator of one account, at `now` of the installation's clock. Nothing else is within their reach."""

    person: Administrator
    account: OwnAccount
    scope: Scope
    now: datetime

    @property
    def zone(self) -> str:
        """The zone in which moments are told."""
        return self.person.timezone

    @property
    def may_change(self) -> bool:
        """Whether anything can be changed: neither the account nor its partner is closed."""
        return self.account.barred != "closed" and not self.account.partner_closed

    def cause(self, *, reason: str = "") -> Cause:
        """What goes into the trail of whatever they do: it is them, on these pages."""
        return Cause(self.person.email, MEANS, reason=reason)


Page: TypeAlias = Callable[Concatenate[HttpRequest, Keeper, P], HttpResponse]
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponse]


def account_page(page: Page[P]) -> View[P]:
    """A page for the administrator of an account; everybody else is led to their own start."""

    @never_cache
    @wraps(page)
    def view(request: HttpRequest, *arguments: P.args, **named: P.kwargs) -> HttpResponse:
        if elsewhere := sign_in_first(request):
            return elsewhere
        person = administrator(EVERYTHING, request.user.pk) if request.user.pk else None
        if person is None:
            return redirect("home")
        if elsewhere := second_factor_first(request, ADMINISTRATOR):
            return elsewhere
        scope, now = Scope(person.partner_id), clock()()
        account = find_own_account(scope, person.partner_id, person.account_public_id, now=now)
        return page(request, Keeper(person, account, scope, now), *arguments, **named)

    return cast("View[P]", view)


def show(
    request: HttpRequest, keeper: Keeper, template: str, facts: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page in the frame of these pages."""
    told = {"keeper": keeper, "account": keeper.account, "zone": keeper.zone, **(facts or {})}
    return render(request, template, told, status=status)
