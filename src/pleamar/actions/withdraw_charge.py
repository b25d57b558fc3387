"""Give up a charge before money moves, because it is no longer what should be collected."""

from __future__ import annotations

from pleamar.actions.lease_charge import Lease
from pleamar.models import Card, Charge, ChargeAllocation, PartnerCredit


def withdraw_charge(lease: Lease, why: str) -> None:
    """To `failed`: its payment is to be cancelled at the provider, and what it was for is then planned anew."""
    lease.move("failed", decline_code=why, decline_class="withdrawn")


def reason_to_withdraw(charge: Charge) -> str | None:
    """Why it must not go on; None where its card is the one in use and each invoice owes what it was planned for.

    Asked under the partner's lock, in the transaction that writes down that it is sent (rules M13, M16, M27).
    """
    if not Card.unscoped.filter(pk=charge.card_id, in_use=True, usable=True).exists():
        return "card_replaced"
    credit = PartnerCredit.unscoped.filter(partner_id=charge.partner_id, currency=charge.currency, balance__gt=0)
    if credit.exists():
        return "credit_to_use"
    allocations = ChargeAllocation.unscoped.filter(charge=charge, live=True).select_related("invoice")
    for allocation in allocations:
        if allocation.invoice.held_at is not None:
            return "invoice_on_hold"
        if allocation.invoice.outstanding != allocation.owed:
            return "amount_changed"
    return None if allocations else "nothing_to_pay"
