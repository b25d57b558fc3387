"""Write down that a charge was declined, and when it is tried again, if ever."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from pleamar.actions.record_act import record_act
from pleamar.actions.review_standing import review_standing
from pleamar.actions.write_message import write_message
from pleamar.models import Card, Charge, ChargeAllocation, Invoice
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import Decline
from pleamar.rules.causes import Cause
from pleamar.rules.charging import next_attempt

_COLLECTING: Final = Cause(actor="pleamar", means="collect")


def decline_charge(charge: Charge, decline: Decline, *, now: datetime, jobs: Jobs = NOBODY) -> None:
    """The locked charge, whose state is set already, with its code and class; its invoices with their next attempt.

    A soft decline is tried again on the days that `rules/charging.py` names, counted from an invoice's first one. After
    the last of them, as after a hard decline, the card is of no more use: everything waits for another (rule M11). A
    card that was replaced meanwhile puts nothing off: the other one is charged at once, and nobody is told (rule M13).
    """
    invoices = Invoice.unscoped.filter(
        pk__in=ChargeAllocation.unscoped.filter(charge=charge, live=True).values("invoice_id")
    )
    replaced = not Card.unscoped.filter(pk=charge.card_id, in_use=True).exists()
    attempts = {} if replaced else _attempts(invoices, now)
    hard = decline.hard or None in attempts.values()
    for first, attempt in attempts.items():
        invoices.filter(first_declined_at=first).update(next_attempt_at=None if hard else attempt)
    if hard:
        _set_card_aside(charge, decline.code, now)
    charge.decline_code, charge.decline_class, charge.due_at = decline.code, "hard" if hard else "soft", now
    charge.save(update_fields=["state", "decline_code", "decline_class", "due_at", "stuck_because"])
    if not replaced:
        _tell(charge, None if hard else min(filter(None, attempts.values()), default=None), now, jobs)
    review_standing([charge.partner_id], now=now, jobs=jobs)
    jobs.wake("collect_charge", charge_id=charge.pk)


def _attempts(invoices: QuerySet[Invoice], now: datetime) -> dict[datetime, datetime | None]:
    """When each invoice was declined first → when it is tried again; None where that was its last attempt."""
    invoices.filter(first_declined_at=None).update(first_declined_at=now)
    firsts = set(invoices.values_list("first_declined_at", flat=True))
    return {first: next_attempt(first, now) for first in firsts if first is not None}


def _set_card_aside(charge: Charge, code: str, now: datetime) -> None:
    if Card.unscoped.filter(pk=charge.card_id, usable=True).update(usable=False):
        record_act(
            "set card aside",
            charge.card.public_id,
            cause=_COLLECTING,
            at=now,
            partner_id=charge.partner_id,
            charge=charge.public_id,
            decline=code,
        )


def _tell(charge: Charge, attempt: datetime | None, now: datetime, jobs: Jobs) -> None:
    numbers = ChargeAllocation.unscoped.filter(charge=charge).order_by("invoice_id")
    facts: dict[str, str | int] = {
        "amount": charge.amount,
        "currency": charge.currency,
        "card": str(charge.card),
        "code": charge.decline_code,
        "next_attempt": "" if attempt is None else attempt.isoformat(),
        "invoices": " ".join(numbers.values_list("invoice__number", flat=True)),
    }
    write_message(charge.partner_id, "charge_declined", f"charge_declined:{charge.uid}", facts, now=now, jobs=jobs)
