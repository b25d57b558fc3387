"""Users made active or inactive by their account's administrator."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from pleamar.actions.activate_members import activate_members
from pleamar.actions.change_seats import SeatChange
from pleamar.actions.deactivate_members import deactivate_members
from pleamar.entrypoints.tenant.account_page import Keeper
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wording.refusals import refusal

_LONGEST_REASON: Final = 500
# A page has 50 rows; whoever sends more did not send one of our pages.
_MOST: Final = 500


def switch(request: HttpRequest, keeper: Keeper) -> None:
    """The ticked users, as the form's `act` says; what came of it is told on the next page."""
    emails = request.POST.getlist("email")[:_MOST]
    if not emails:
        messages.error(request, gettext("Nobody was ticked. Tick the users that you mean, and try again."))
        return
    act = {"activate": activate_members, "deactivate": deactivate_members}.get(request.POST.get("act", ""))
    if act is None:
        return
    cause = keeper.cause(reason=_reason(request))
    try:
        change = act(keeper.person.partner_id, keeper.account.id, emails, cause=cause, clock=clock())
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        _tell(request, change)


def _tell(request: HttpRequest, change: SeatChange) -> None:
    up, down = change.activated, change.deactivated
    if up:
        messages.success(
            request, ngettext("%(users)s user is active now.", "%(users)s users are active now.", up) % {"users": up}
        )
    if down:
        said = ngettext("%(users)s user is inactive now.", "%(users)s users are inactive now.", down)
        messages.success(request, said % {"users": down})
    if not up and not down and not change.denied and not change.over_limit:
        messages.info(request, gettext("They were so already, and nothing was changed."))
    for left, said in (
        (change.denied, gettext("Not made active, because they are on the deny list: %(emails)s.")),
        (change.over_limit, gettext("Not made active, because the limit is reached: %(emails)s.")),
    ):
        if left:
            messages.error(request, said % {"emails": ", ".join(email for _, email in left)})


def _reason(request: HttpRequest) -> str:
    told = request.POST.get("reason", "")[:_LONGEST_REASON]
    return "".join(character for character in told if character.isprintable()).strip()
