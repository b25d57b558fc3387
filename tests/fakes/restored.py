"""A database that was restored, and payments that it knows nothing of."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.resume_after_restore import ResumeReport, resume_after_restore
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Charge, Installation, Invoice
from pleamar.ports.payments import Intent, IntentRequest
from pleamar.rules.money import Money
from tests.fakes.one_charge import DUE, SUCCEEDS
from tests.fakes.people import TESTER

LATER = DUE + timedelta(hours=1)


def resumed(gateway: SandboxGateway, *leave_aside: str, now: datetime = LATER) -> ResumeReport:
    pause_collection("copied", cause=TESTER, now=now)
    return resume_after_restore(
        gateway, fingerprint=uuid4(), place="here", cause=TESTER, now=now, leave_aside=leave_aside
    )


def made_after_the_backup(
    gateway: SandboxGateway, charge: Charge, *, confirm: bool, number: str = "", uid: UUID | None = None
) -> Intent:
    """A payment of a charge that the restored database has never heard of, or of `uid`, for the same invoices."""
    metadata = {
        "installation": str(Installation.objects.get().uid),
        "charge": str(uid or uuid4()),
        "invoices": number or Invoice.unscoped.get().number,
    }
    amount = Money(charge.amount, charge.currency)
    request = IntentRequest(amount, charge.card.provider_customer, charge.card.provider_reference, metadata)
    intent = gateway.create(request, key=metadata["charge"])
    return gateway.confirm(intent.id, key=f"{metadata['charge']}:1") if confirm else intent


def paid_by_a_stranger(gateway: SandboxGateway, customer: str) -> Intent:
    card = gateway.register_card(SUCCEEDS, customer=customer)
    metadata = {"installation": str(Installation.objects.get().uid), "charge": str(uuid4())}
    intent = gateway.create(IntentRequest(Money(700, "USD"), customer, card.reference, metadata), key=customer)
    return gateway.confirm(intent.id, key=f"{customer}:1")
