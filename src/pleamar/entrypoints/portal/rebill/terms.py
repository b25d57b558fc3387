"""The page on which a partner writes down its own references, product codes and sell prices."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.set_resale_terms import set_resale_terms
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.rebill.terms_form import TermsForm
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.alerts import running_currency
from pleamar.queries.resale_terms import ResaleRow, named_resale_terms, resale_terms, resale_terms_count
from pleamar.rules.names import LONGEST_NAME
from pleamar.rules.refusals import Refused
from pleamar.wording.csv_out import clean_text
from pleamar.wording.money import count
from pleamar.wording.paging import page_number, paged
from pleamar.wording.refusals import refusal

# Each row has three fields: a page of fifty would weigh more than it should.
_ROWS: Final = 25
_MOST_SENT: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_prices", to_change="manage_billing")
def resale_terms_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of customers with their terms; what is sent are the rows of one page, and only what was touched counts."""
    search = clean_text(request.GET.get("search", "")).strip()[:LONGEST_NAME]
    currency = running_currency(viewer.scope, viewer.partner_id, now=viewer.now)
    total = resale_terms_count(viewer.scope, viewer.partner_id, search=search)
    page = paged(page_number(request.GET.get("page", "")), total, kept={"search": search}, rows=_ROWS)
    if request.method == "POST":
        forms = [TermsForm(row, currency, request.POST) for row in _sent(request, viewer)]
        are_valid = [form.is_valid() for form in forms]  # every wrong value is to be told at once
        if all(are_valid) and _saved(request, viewer, forms):
            told = {"search": search, "page": str(page.number) if page.number > 1 else ""}
            kept = urlencode({name: value for name, value in told.items() if value})
            return redirect(f"{reverse('portal:resale_terms')}{f'?{kept}' if kept else ''}")
    else:
        rows = resale_terms(viewer.scope, viewer.partner_id, search=search, first=max(page.first - 1, 0), rows=_ROWS)
        forms = [TermsForm(row, currency) for row in rows]
    facts = {
        "forms": forms,
        "page": page,
        "search": search,
        "currency": currency,
        "may_manage": viewer.may("manage_billing"),
        "is_refused": request.method == "POST",
    }
    return show(request, viewer, "portal/resale_terms.html", facts, status=422 if request.method == "POST" else 200)


def _sent(request: HttpRequest, viewer: Viewer) -> list[ResaleRow]:
    """The customers whose rows were sent; somebody else's are not there."""
    named = list(dict.fromkeys(request.POST.getlist("customer")))[:_MOST_SENT]
    found = named_resale_terms(viewer.scope, viewer.partner_id, named)
    if len(found) != len(named):
        raise Http404
    return [found[public_id] for public_id in named]


def _saved(request: HttpRequest, viewer: Viewer, forms: list[TermsForm]) -> bool:
    wanted = [terms for form in forms if (terms := form.terms()) is not None]
    try:
        changed = set_resale_terms(viewer.partner_id, wanted, cause=viewer.cause("portal"), now=viewer.now)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return False
    messages.success(request, saved_words(changed))
    return True


def saved_words(changed: int) -> str:
    """What was done, for the reader."""
    if not changed:
        return gettext("Nothing was changed.")
    told = ngettext("%(count)s customer was changed.", "%(count)s customers were changed.", changed)
    return told % {"count": count(changed, get_language() or "en")}
