"""The page on which an act on users is seen with its effect on the bill, and confirmed."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.change_seats import SeatChange
from pleamar.actions.choose_people import Who
from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.users.change_form import ChangeForm
from pleamar.entrypoints.portal.users.customer_choice import customer_choice
from pleamar.entrypoints.portal.users.left_out import left_out, named
from pleamar.entrypoints.portal.users.named_people import NamedPeople, named_people
from pleamar.entrypoints.portal.users.people_acts import (
    PEOPLE_ACTS,
    PeopleAct,
    PeopleEffects,
    chosen_people,
    do_people_act,
    people_effects,
)
from pleamar.entrypoints.portal.users.people_words import people_words
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import CustomerRow
from pleamar.queries.members_files import filled_by_full_lists
from pleamar.queries.people import PeopleFilter, PersonRef, are_people
from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal

_MOST_TICKED: Final = 500
_SHOWN: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_users")
def change_users(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """`?act=deactivate&user=mem_…&user=…`, or `&everybody=yes` with a filter; its form goes to the same address."""
    asked = request.GET
    act, named = _act(asked), named_people(viewer, asked)
    is_all = asked.get("everybody") == "yes"
    who: Who = named.filter if is_all else list(dict.fromkeys(asked.getlist("user")))[:_MOST_TICKED]
    chosen = _chosen(viewer, who)
    back = _back(asked, named, chosen)
    if not chosen:
        _say_nobody(request, who)
        return redirect(back)
    target = named_customers(viewer, [asked["target"]])[0] if act == "move" and asked.get("target") else None
    form = ChangeForm(request.POST or None, number=len(chosen) if is_all else None)
    try:
        is_whole = act != "move" or target is not None  # a move is asked about in two steps: where to, then its effect
        sent = request.POST.get("shown", "") if request.method == "POST" else None
        if sent is not None and is_whole and form.is_valid() and (done := _done(viewer, act, who, target, form, sent)):
            return _told(request, viewer, *done, back)
        told = people_effects(viewer, act, who, chosen, target)
        is_stale = sent is not None and sent != told.shown
    except Refused as refused:
        facts = {"refused": refusal(refused), "act": act, "back": back, "chosen": len(chosen)}
        return show(request, viewer, "portal/users_refused.html", facts, status=409)
    facts = _facts(viewer, told, asked, back) | {"form": form, "is_stale": is_stale, "is_all": is_all}
    status = 409 if is_stale else 422 if form.is_bound and form.errors else 200
    return show(request, viewer, "portal/users_change.html", facts, status=status)


def _act(asked: QueryDict) -> PeopleAct:
    act = asked.get("act", "")
    if act not in PEOPLE_ACTS:
        raise Http404
    return act


def _chosen(viewer: Viewer, who: Who) -> list[PersonRef]:
    """Those meant; who was deleted meanwhile is left out, and somebody else's are nowhere (404)."""
    chosen = chosen_people(viewer, who)
    if isinstance(who, PeopleFilter):
        return chosen
    if len(chosen) < len(who) and not are_people(viewer.scope, viewer.partner_id, who):
        raise Http404
    return chosen


def _back(asked: QueryDict, named: NamedPeople, chosen: list[PersonRef]) -> str:
    """The list as it was filtered, or the page of the one user from which this was asked."""
    if asked.get("from") == "user" and len(chosen) == 1 and asked.get("act") not in ("delete", "move"):
        return reverse("portal:user", args=[chosen[0].customer_id, chosen[0].public_id])
    return reverse("portal:users") + (f"?{urlencode(named.kept)}" if named.kept else "")


def _facts(viewer: Viewer, told: PeopleEffects, asked: QueryDict, back: str) -> dict[str, Any]:
    asks_where = told.act == "move" and told.target is None
    return {
        "told": told,
        "money": told.money,
        "words": people_words(told, viewer.now),
        "left_out": _left_out(told),
        "people": told.chosen[:_SHOWN],
        "more": max(len(told.chosen) - _SHOWN, 0),
        "choice": customer_choice(viewer, asked, "target") if asks_where else None,
        "refilled": _refilled(viewer, told),
        "instead": _instead(asked),
        "back": back,
    }


def _say_nobody(request: HttpRequest, who: Who) -> None:
    """Why there is nobody to do it to; a yes that is sent twice finds those deleted whom it means."""
    if isinstance(who, PeopleFilter):
        messages.info(request, gettext("No user is like that any more, and nothing was changed."))
    elif who:
        messages.info(request, gettext("They are deleted already, and nothing was changed."))
    else:
        messages.error(request, gettext("Nobody was ticked. Tick the users you mean, then choose what to do."))


def _refilled(viewer: Viewer, told: PeopleEffects) -> str:
    """The customers whose next list makes active again whom this makes inactive."""
    if told.act != "deactivate":
        return ""
    names = {one.account_id: one.customer for one in told.chosen if one.active}
    return named(sorted(names[number] for number in filled_by_full_lists(viewer.scope, names)))


def _instead(asked: QueryDict) -> str:
    """The address at which the same users are put on the deny list."""
    instead = asked.copy()
    instead["act"] = "deny"
    return f"?{instead.urlencode()}"


def _left_out(told: PeopleEffects) -> list[str]:
    names = {one.account_id: one.customer for one in told.chosen}
    return list(left_out(told.left_out, names)) if told.left_out else []


def _done(
    viewer: Viewer, act: PeopleAct, who: Who, target: CustomerRow | None, form: ChangeForm, shown: str
) -> tuple[PeopleEffects, SeatChange | None] | None:
    """What was done; None: it is not what was shown any more."""
    try:
        return do_people_act(viewer, act, who, target, reason=form.cleaned_data["reason"], shown=shown)
    except Refused as refused:
        if refused.code != "changed_since_shown":
            raise
        return None


def _told(
    request: HttpRequest, viewer: Viewer, told: PeopleEffects, change: SeatChange | None, back: str
) -> HttpResponse:
    messages.success(request, people_words(told, viewer.now).done)
    if change is not None:
        for sentence in left_out(change, {one.account_id: one.customer for one in told.chosen}):
            messages.warning(request, sentence)
    return redirect(back)
