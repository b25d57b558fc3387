"""The page of an account's administrator: its users, how many may be active, and what keeps them out."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pleamar.entrypoints.tenant.account_page import Keeper, account_page, show
from pleamar.entrypoints.tenant.switching import switch
from pleamar.entrypoints.tenant.told_to_keeper import told_users
from pleamar.queries.members import MemberFilter, members
from pleamar.wording.paging import ROWS

_LONGEST: Final = 254
_STATES: Final = {"active": True, "inactive": False}


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def account(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """The users by address; those that are ticked are made active or inactive."""
    search, state = _clean(request.GET.get("search", "")), request.GET.get("state", "")
    after = _clean(request.GET.get("after", ""))
    kept = {"search": search, "state": state if state in _STATES else ""}
    if request.method == "POST":
        if keeper.may_change:
            switch(request, keeper)
        return redirect(f"{request.path}{_address(**kept, after=after)}")
    wanted = MemberFilter(keeper.account.id, active=_STATES.get(state), search=search)
    page = members(keeper.scope, wanted, after=after, most=ROWS)
    facts = {
        "users": told_users(keeper, page.rows),
        "search": search,
        "state": kept["state"],
        "narrowed": any(kept.values()) or after,
        "next": _address(**kept, after=page.next) if page.next else "",
        "first": (_address(**kept) or "?") if after else "",
    }
    return show(request, keeper, "tenant/account.html", facts)


def _address(**told: str) -> str:
    given = {name: value for name, value in told.items() if value}
    return f"?{urlencode(given)}" if given else ""


def _clean(text: str) -> str:
    return "".join(character for character in text[:_LONGEST] if character.isprintable()).strip()
