"""Ask the vendor for a quote for an annual account; people answer, nothing is reckoned here."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Partner, QuoteRequest
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.quoting import MOST_A_DAY, SAME_WITHIN, Wish, checked_wish
from pleamar.rules.refusals import Refused


class Asked(NamedTuple):
    """The request; `again`: it was there, from within the last day, and nobody was told a second time."""

    request: QuoteRequest
    again: bool


def ask_quote(partner_id: int, wish: Wish, *, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> Asked:
    """The partner's request, written down and mailed to the seller's address, if it has one.

    The same customer and number within a day, with no more to say, are the same request: a form sent twice asks once.
    Refuses what `checked_wish` does, and `quotes_too_many` for more than `MOST_A_DAY`.
    """
    wish = checked_wish(wish)
    with transaction.atomic():
        lock_meter(partner_id)
        lately = QuoteRequest.unscoped.filter(partner_id=partner_id, asked_at__gt=now - SAME_WITHIN)
        alike = lately.filter(customer__iexact=wish.customer, members=wish.members).order_by("-pk")
        same = alike.filter(message=wish.message).first() if wish.message else alike.first()
        if same is not None:
            return Asked(same, again=True)
        if lately.count() >= MOST_A_DAY:
            raise Refused("quotes_too_many", most=MOST_A_DAY)
        request = QuoteRequest.unscoped.create(
            partner_id=partner_id,
            customer=wish.customer,
            members=wish.members,
            message=wish.message,
            asked_by=cause.actor,
            asked_at=now,
        )
        facts = {"customer": wish.customer, "members": wish.members}
        record_act("ask for quote", request.public_id, cause=cause, at=now, partner_id=partner_id, **facts)
        _tell(request, now, jobs)
        return Asked(request, again=False)


def _tell(request: QuoteRequest, now: datetime, jobs: Jobs) -> None:
    partner = Partner.unscoped.select_related("seller").get(pk=request.partner_id)
    staff = partner.seller.email
    if not staff:  # it stays on the list, and in the audit trail
        return
    facts: dict[str, str | int] = {
        "partner": partner.name,
        "customer": request.customer,
        "members": request.members,
        "message": request.message,
        "asked_by": request.asked_by,
    }
    key = f"quote_requested:{request.public_id}"
    write_messages([Telling(partner.pk, "quote_requested", key, facts, staff)], now=now, jobs=jobs)
