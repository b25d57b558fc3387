"""Give up a charge's payment at the provider; only when that is confirmed are its invoices free again."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.lease_charge import Lease
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import settle_charge
from pleamar.ports.jobs import Jobs
from pleamar.ports.payments import PaymentGateway


def cancel_payment(lease: Lease, gateway: PaymentGateway, *, now: datetime, jobs: Jobs) -> None:
    """From `failed` to `canceled`; or to what the provider answers, if it was paid or is being processed meanwhile.

    Cancelling twice is harmless, so each driver has a key of its own: no earlier failure is told again.
    """
    charge = lease.charge
    refuse_open_transaction()
    intent = gateway.cancel(charge.provider_id or "", key=f"{charge.uid}:cancel:{lease.number}")
    settle_charge(charge.pk, intent, now=now, jobs=jobs)
    charge.refresh_from_db()
