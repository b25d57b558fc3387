"""Take an invoice back, or a part of it, by a credit note (rule M16)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Sum

from pleamar.actions.add_credit import add_credit
from pleamar.actions.book_entry import book_entry
from pleamar.actions.lock_invoice import lock_invoice
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.record_act import record_act
from pleamar.actions.review_standing import review_standing
from pleamar.models import CreditNote, Invoice, InvoiceCredit, NumberSeries, Seller
from pleamar.models.bulk import reserve_ids
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.invoicing import Totals, credit_totals, invoice_number, issue_date
from pleamar.rules.ledger import for_credit_note
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused


def credit_invoice(
    number: str, amount: Money | None, *, cause: Cause, now: datetime, jobs: Jobs = NOBODY
) -> CreditNote:
    """A credit note of `amount`, tax included, or of all that is left of the invoice. `cause.reason` must say why.

    It goes against what the invoice still owes; the rest becomes the partner's credit, which is used at once for
    what else it owes (rule M16). A charge under way is not stopped: what it brings too much is credit as well. Net and
    tax are split as the invoice's own (rule M25). Doing it twice makes two notes: refuses `credit_exceeds_invoice` with
    what is `left` when they would come to more than the invoice; also `reason_missing`, `invoice_unknown`,
    `invoice_void`, `credit_not_positive` and `credit_in_other_currency`.
    """
    if not cause.reason.strip():
        raise Refused("reason_missing")
    with transaction.atomic():
        invoice = lock_invoice(number)
        totals = _totals(invoice, amount)
        applied = Money(min(totals.total.minor, invoice.outstanding), invoice.currency)
        # Its number is taken last: the id is all that the rest needs.
        (note_id,) = reserve_ids(CreditNote, 1)
        book_entry(invoice.partner_id, f"credit_note:{note_id}", for_credit_note(totals, applied), now=now)
        if applied:
            _apply(invoice, note_id, applied, now)
        add_credit(invoice.partner_id, totals.total - applied, now)
        plan_charges([invoice.partner_id], now, jobs)
        review_standing([invoice.partner_id], now=now, jobs=jobs)
        note = _write(invoice, note_id, totals, applied, cause.reason, now)
        record_act(
            "credit invoice",
            invoice.number,
            cause=cause,
            at=now,
            partner_id=invoice.partner_id,
            credit_note=note.number,
            total=note.total,
            applied=note.applied,
            currency=note.currency,
        )
        return note


def _totals(invoice: Invoice, amount: Money | None) -> Totals:
    """Net, tax and total of the note; refuses what cannot be credited."""
    if invoice.state == "void":
        raise Refused("invoice_void", number=invoice.number)
    earlier = CreditNote.unscoped.filter(invoice=invoice).aggregate(total=Sum("total"), tax=Sum("tax"))
    credited = Money(earlier["total"] or 0, invoice.currency)
    left = Money(invoice.total, invoice.currency) - credited
    if amount is not None and amount.currency != invoice.currency:
        raise Refused(
            "credit_in_other_currency", number=invoice.number, currency=amount.currency, expected=invoice.currency
        )
    if amount is not None and amount.minor <= 0:
        raise Refused("credit_not_positive")
    wanted = left if amount is None else amount
    if not wanted or left < wanted:
        raise Refused("credit_exceeds_invoice", number=invoice.number, left=left.minor, currency=left.currency)
    whole = Totals(
        Money(invoice.net, invoice.currency),
        invoice.tax_rate,
        Money(invoice.tax, invoice.currency),
        Money(invoice.total, invoice.currency),
    )
    return credit_totals(whole, credited, wanted)


def _apply(invoice: Invoice, note_id: int, applied: Money, now: datetime) -> None:
    InvoiceCredit.unscoped.create(
        partner_id=invoice.partner_id,
        invoice=invoice,
        source="credit_note",
        credit_note_id=note_id,
        amount=applied.minor,
        applied_at=now,
    )
    invoice.credited += applied.minor
    invoice.state = "paid" if invoice.total == invoice.paid + invoice.credited else "open"
    invoice.save(update_fields=["credited", "state"])


def _write(invoice: Invoice, note_id: int, totals: Totals, applied: Money, reason: str, now: datetime) -> CreditNote:
    """The note under the next number of its seller's series of credit notes, whose counter is locked last."""
    seller = Seller.objects.get(pk=invoice.seller_id)
    series = f"{seller.invoice_series}-CN"
    NumberSeries.objects.bulk_create([NumberSeries(seller=seller, series=series)], ignore_conflicts=True)
    counter = NumberSeries.objects.select_for_update().get(seller=seller, series=series)
    sequence, issued = counter.next_number, issue_date(now, ZoneInfo(seller.timezone), counter.newest_issue_date)
    NumberSeries.objects.filter(pk=counter.pk).update(next_number=F("next_number") + 1, newest_issue_date=issued)
    return CreditNote.unscoped.create(
        id=note_id,
        partner_id=invoice.partner_id,
        seller=seller,
        invoice=invoice,
        series=series,
        sequence=sequence,
        number=invoice_number(series, sequence),
        issued_at=now,
        issue_date=issued,
        currency=invoice.currency,
        net=totals.net.minor,
        tax_rate=totals.tax_rate,
        tax=totals.tax.minor,
        total=totals.total.minor,
        applied=applied.minor,
        reason=reason,
    )
