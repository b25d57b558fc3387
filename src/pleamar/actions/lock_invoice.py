"""Take the lock of an invoice, its partner's first."""

from __future__ import annotations

from pleamar.actions.lock_meters import lock_meter
from pleamar.models import Invoice
from pleamar.rules.refusals import Refused


def lock_invoice(number: str) -> Invoice:
    """The invoice of that number, both it and its partner locked for this transaction. Refuses `invoice_unknown`."""
    found = Invoice.unscoped.filter(number=number).values_list("partner_id", "pk").first()
    if found is None:
        raise Refused("invoice_unknown", number=number)
    lock_meter(found[0])
    return Invoice.unscoped.select_for_update().get(pk=found[1])
