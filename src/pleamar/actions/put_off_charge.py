"""Put off what the provider refuses to collect for a reason that no card is to blame for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pleamar.actions.note_problem import note_problem
from pleamar.models import Charge, ChargeAllocation, Invoice

# Often enough to notice that it was mended.
_AGAIN: Final = timedelta(days=1)


def put_off_charge(charge: Charge, code: str, *, now: datetime) -> None:
    """The locked charge with the provider's `code` as its problem, for a person; its invoices wait for a day.

    It counts as no attempt of the card's, and the partner is not told. The caller ends the charge.
    """
    charge.decline_code, charge.decline_class = code, "soft"
    charge.save(update_fields=["decline_code", "decline_class"])
    invoices = ChargeAllocation.unscoped.filter(charge=charge, live=True).values("invoice_id")
    Invoice.unscoped.filter(pk__in=invoices).update(next_attempt_at=now + _AGAIN)
    note_problem(charge, f"the provider will not collect it: {code}", now=now)
