"""The deny list of an account, kept by its administrator; who becomes inactive by it is shown before (rule M19)."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.change_deny_list import DenyListChange, change_deny_list
from pleamar.actions.do_as_shown import do_as_shown
from pleamar.entrypoints.tenant.account_page import Keeper, account_page, show
from pleamar.entrypoints.tenant.deny_form import DenyForm
from pleamar.entrypoints.tenant.told_to_keeper import told_entries
from pleamar.queries.deny_lists import deny_page
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wording.form_errors import tell
from pleamar.wording.money import count
from pleamar.wording.paging import ROWS, page_number, paged
from pleamar.wording.refusals import refusal

_LONGEST_SEARCH: Final = 254
_NAMED: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def deny_list(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """Its entries; what is sent names its `act`: `add`, `change` (what was shown), or `remove`."""
    form = DenyForm()
    if request.method == "POST" and not keeper.may_change:
        return redirect("tenant:deny_list")
    if request.method == "POST":
        if request.POST.get("act") == "remove":
            _removed(request, keeper)
            return redirect("tenant:deny_list")
        form = DenyForm(request.POST)
        if form.is_valid() and (answer := _added(request, keeper, form)):
            return answer
    search = request.GET.get("search", "")[:_LONGEST_SEARCH]
    number = page_number(request.GET.get("page", ""))
    found = deny_page(keeper.scope, keeper.account.id, search=search, first=(number - 1) * ROWS, most=ROWS)
    facts = {
        "entries": told_entries(keeper, found.rows),
        "page": paged(number, found.total, kept={"search": search}),
        "search": search,
        "form": form,
    }
    return show(request, keeper, "tenant/deny_list.html", facts, status=422 if form.errors else 200)


def _added(request: HttpRequest, keeper: Keeper, form: DenyForm) -> HttpResponse | None:
    """Done, if it was shown what it does, or if it makes nobody inactive; else it is shown. None: it is refused."""
    try:
        if request.POST.get("act") != "change":
            would = _change(keeper, form, preview=True)
            return _look(request, keeper, form, would) if would.deactivated else _done(request, _change(keeper, form))
        shown = request.POST.get("shown", "")
        _, change = do_as_shown(
            keeper.person.partner_id, shown,
            look=lambda: _change(keeper, form, preview=True),
            do=lambda _: _change(keeper, form),
        )  # fmt: skip
    except Refused as refused:
        if refused.code != "changed_since_shown":
            tell(form, refused, {refused.code: "patterns"})
            return None
        would = _change(keeper, form, preview=True)
        # Sent twice, it is done already.
        return _look(request, keeper, form, would, is_stale=True) if would.added else _done(request, would)
    return _done(request, change)


def _change(keeper: Keeper, form: DenyForm, *, preview: bool = False) -> DenyListChange:
    told = form.cleaned_data
    return change_deny_list(
        *(keeper.person.partner_id, keeper.account.id, "add", told["patterns"]),
        cause=keeper.cause(reason=told["reason"]), clock=clock(), preview=preview,
    )  # fmt: skip


def _look(
    request: HttpRequest, keeper: Keeper, form: DenyForm, would: DenyListChange, *, is_stale: bool = False
) -> HttpResponse:
    facts: dict[str, Any] = {
        "would": would,
        "named": would.deactivated[:_NAMED],
        "more": len(would.deactivated[_NAMED:]),
        "patterns": "\n".join(entry.pattern for entry in form.cleaned_data["patterns"]),
        "reason": form.cleaned_data["reason"],
        "is_stale": is_stale,
    }
    return show(request, keeper, "tenant/deny_list_change.html", facts, status=409 if is_stale else 200)


def _done(request: HttpRequest, change: DenyListChange) -> HttpResponse:
    if not change.added:
        messages.info(request, gettext("Nothing changed: all of that stood on the list already."))
        return redirect("tenant:deny_list")
    out = len(change.deactivated)
    said = ngettext(
        "The deny list is changed. %(users)s active user is inactive now.",
        "The deny list is changed. %(users)s active users are inactive now.",
        out,
    ) % {"users": count(out, get_language() or "en")}
    messages.success(request, said if out else gettext("The deny list is changed."))
    return redirect("tenant:deny_list")


def _removed(request: HttpRequest, keeper: Keeper) -> None:
    """What is off the list already is off it."""
    try:
        entries = [Denied(request.POST.get("pattern", ""))]
        change_deny_list(
            *(keeper.person.partner_id, keeper.account.id, "remove", entries),
            cause=keeper.cause(), clock=clock(),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, gettext("Taken off the list. Nobody was made active by that."))
