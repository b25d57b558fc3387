"""Hold an invoice back from collection, or release it (rule M27)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_invoice import lock_invoice
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.record_act import record_act
from pleamar.actions.review_standing import review_standing
from pleamar.models import ChargeAllocation, Invoice
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused

# Until it is sent to the provider a charge can still be stopped here; from then on only its outcome counts.
_STOPPABLE = ("planned", "creating", "ready", "failed")


def hold_invoice(number: str, *, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> Invoice:
    """Issued, but neither charged nor ageing until it is released. `cause.reason` says why, and must.

    A charge that is planned for it notices before money moves, is cancelled and planned anew without it. Where it was
    the last that was overdue, a suspension is lifted at once (rule M14). Refuses `invoice_unknown`, `reason_missing`,
    `invoice_not_open`, and `charge_under_way` when the card is being charged.
    """
    if not cause.reason.strip():
        raise Refused("reason_missing")
    with transaction.atomic():
        invoice = lock_invoice(number)
        if invoice.held_at is not None:
            return invoice
        if invoice.state != "open":
            raise Refused("invoice_not_open", number=number, state=invoice.state)
        live = ChargeAllocation.unscoped.filter(invoice=invoice, live=True)
        if live.exclude(charge__state__in=_STOPPABLE).exists():
            raise Refused("charge_under_way", number=number)
        invoice.held_at, invoice.held_because = now, cause.reason
        invoice.save(update_fields=["held_at", "held_because"])
        record_act("hold invoice", invoice.number, cause=cause, at=now, partner_id=invoice.partner_id)
        review_standing([invoice.partner_id], now=now, jobs=jobs)
        return invoice


def release_invoice(number: str, *, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> Invoice:
    """The invoice is collected as any other again, at once where there is a card, and ages as if it had not been held.

    Releasing a free one does nothing. Refuses `invoice_unknown`.
    """
    with transaction.atomic():
        invoice = lock_invoice(number)
        if invoice.held_at is None:
            return invoice
        invoice.held_for += now - invoice.held_at
        invoice.held_at, invoice.held_because = None, ""
        # While it was held its card had no chance: the days of attempts are counted anew.
        invoice.first_declined_at = invoice.next_attempt_at = None
        invoice.save(update_fields=["held_at", "held_because", "held_for", "first_declined_at", "next_attempt_at"])
        plan_charges([invoice.partner_id], now, jobs)
        record_act("release invoice", invoice.number, cause=cause, at=now, partner_id=invoice.partner_id)
        review_standing([invoice.partner_id], now=now, jobs=jobs)
        return invoice
