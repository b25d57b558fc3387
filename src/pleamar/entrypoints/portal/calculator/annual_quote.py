"""The page on which a partner asks for an annual quote: its account manager, and a short form to them."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.ask_quote import ask_quote
from pleamar.entrypoints.portal.calculator.quote_form import QuoteForm
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_manager import account_manager
from pleamar.queries.quote_requests import count_quote_requests, quote_requests
from pleamar.rules.cycles import local_date
from pleamar.rules.quoting import Wish
from pleamar.rules.refusals import Refused
from pleamar.wiring.jobs import QUEUE
from pleamar.wording.dates import day
from pleamar.wording.form_errors import tell
from pleamar.wording.paging import ROWS, page_number, paged

_FIELDS: Final = {
    "name_invalid": "customer",
    "quote_out_of_range": "users",
    "quote_message_too_long": "message",
}


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_prices")
def annual_quote(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The form, and what was asked before."""
    form = QuoteForm(request.POST) if request.method == "POST" else QuoteForm()
    if form.is_bound and form.is_valid() and _asked(request, viewer, form):
        return redirect("portal:annual_quote")
    total = count_quote_requests(viewer.scope, viewer.partner_id)
    page = paged(page_number(request.GET.get("page", "")), total, kept={})
    after = (page.number - 1) * ROWS
    facts = {
        "form": form,
        "manager": account_manager(viewer.scope, viewer.partner_id),
        "page": page,
        "asked": quote_requests(viewer.scope, viewer.partner_id, after=after, most=ROWS),
    }
    return show(request, viewer, "portal/annual_quote.html", facts, status=422 if form.errors else 200)


def _asked(request: HttpRequest, viewer: Viewer, form: Form) -> bool:
    told = form.cleaned_data
    wish = Wish(told["customer"], told["users"], told["message"])
    try:
        request_made, again = ask_quote(
            *(viewer.partner_id, wish),
            cause=viewer.cause("portal"),
            now=viewer.now,
            jobs=QUEUE,
        )
    except Refused as refused:
        tell(form, refused, _FIELDS)
        return False
    facts = {
        "customer": request_made.customer,
        "day": day(local_date(request_made.asked_at, viewer.zone), get_language() or "en"),
    }
    if again:
        messages.info(request, gettext("You asked for that already, on %(day)s. We get in touch.") % facts)
    else:
        messages.success(request, gettext("We have your request for %(customer)s, and get in touch with you.") % facts)
    return True
