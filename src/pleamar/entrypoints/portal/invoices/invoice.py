"""One invoice, whole: what it is made of, whose it is, and how it was paid."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.invoice_facts import InvoiceFacts, LineFacts, ShareFacts, invoice_facts
from pleamar.queries.invoice_history import Attempt, InvoiceHistory, invoice_history
from pleamar.queries.partner_credit import partner_credit
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wording.cards import card_name
from pleamar.wording.charge_words import ChargeWords, charge_words
from pleamar.wording.declines import decline_reason
from pleamar.wording.invoice_paper import alphabetic
from pleamar.wording.invoice_words import standing_words
from pleamar.wording.paging import page_number, paged
from pleamar.wording.refusals import refusal


class _Line(NamedTuple):
    facts: LineFacts
    amount: Money


class _Share(NamedTuple):
    facts: ShareFacts
    amount: Money


class _Try(NamedTuple):
    """A charge with its words; `why` is empty unless it was declined."""

    attempt: Attempt
    card: str
    words: ChargeWords
    why: str


@require_safe
@portal_page("see_prices")
def invoice(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """The invoice of that number, or of that public id where two of the partner's sellers had the number."""
    if "\x00" in number:
        raise Http404
    try:
        facts, history = invoice_facts(viewer.scope, number), invoice_history(viewer.scope, number)
    except Refused as refused:
        if refused.code == "invoice_unknown":
            raise Http404 from refused
        messages.error(request, refusal(refused))
        return redirect("portal:invoices")
    counted = sorted((share for share in facts.shares if share.seats), key=lambda share: alphabetic(share.name))
    page = paged(page_number(request.GET.get("page", "")), len(counted), kept={})
    told = {
        "invoice": facts,
        "address": number,
        "history": history,
        "standing": standing_words(history.standing),
        "lines": [_Line(line, Money(line.amount, facts.currency)) for line in facts.lines],
        "sums": _sums(facts),
        "shares": [
            _Share(share, Money(share.amount, facts.currency)) for share in counted[max(page.first - 1, 0) : page.last]
        ],
        "page": page,
        "tries": [_try(attempt) for attempt in history.attempts],
        "card": card_name(facts.card.brand, facts.card.last4) if facts.card else "",
        "start": local_date(facts.cycle_start, facts.timezone) if facts.cycle_start and facts.peak else None,
        "credit": _credit(viewer, facts, history),
        "may_pay": viewer.may("manage_billing"),
    }
    return show(request, viewer, "portal/invoice.html", told)


def _sums(facts: InvoiceFacts) -> dict[str, Money]:
    names = ("net", "tax", "total", "paid", "credited", "outstanding")
    return {name: Money(getattr(facts, name), facts.currency) for name in names}


def _try(attempt: Attempt) -> _Try:
    was_declined = attempt.decline_class in ("soft", "hard")
    return _Try(
        attempt,
        card_name(attempt.brand, attempt.last4),
        charge_words(attempt.state, decline_class=attempt.decline_class, disputed=attempt.disputed),
        decline_reason(attempt.decline_code) if was_declined else "",
    )


def _credit(viewer: Viewer, facts: InvoiceFacts, history: InvoiceHistory) -> Any:
    """The partner's credit in the invoice's currency, where the invoice has to do with credit."""
    if not (history.credits or history.notes):
        return None
    balances = partner_credit(viewer.scope, viewer.partner_id, most=0).left
    return next((balance for balance in balances if balance.currency == facts.currency), None)
