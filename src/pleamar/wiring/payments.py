"""The payment gateway of this installation, with its memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Installation, SandboxCard, SandboxIntent
from pleamar.ports.clock import Clock
from pleamar.ports.payments import Decline, Intent, IntentStatus
from pleamar.ports.stores import KeptIntent
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock


def sandbox_gateway(at: Clock | None = None) -> SandboxGateway:
    """The sandbox's card processor, on its clock or on another. Refuses `sandbox_only` in a live installation."""
    if not Installation.objects.filter(mode="sandbox").exists():
        raise Refused("sandbox_only")
    return SandboxGateway(TableStore(), at or clock())


class TableStore:
    """`SandboxStore` in tables of their own."""

    def behaviour_of(self, card: str) -> str | None:
        return SandboxCard.objects.filter(pk=card).values_list("behaviour", flat=True).first()

    def add_card(self, reference: str, customer: str, behaviour: str) -> None:
        SandboxCard.objects.update_or_create(
            reference=reference, defaults={"customer": customer, "behaviour": behaviour}
        )

    def find(self, intent_id: str) -> KeptIntent | None:
        row = SandboxIntent.objects.filter(pk=intent_id).first()
        return None if row is None else _kept(row)

    def add(self, kept: KeptIntent) -> KeptIntent:
        row, _ = SandboxIntent.objects.get_or_create(
            id=kept.intent.id,
            defaults={"customer": kept.intent.customer, "content": _content(kept), "created_at": kept.created_at},
        )
        return _kept(row)

    def replace(self, before: KeptIntent, after: KeptIntent) -> KeptIntent:
        with transaction.atomic():
            row = SandboxIntent.objects.select_for_update().get(pk=after.intent.id)
            if _kept(row) == before:
                row.content = _content(after)
                row.save(update_fields=["content"])
            return _kept(row)

    def of_customer(self, customer: str, since: datetime) -> Iterable[KeptIntent]:
        rows = SandboxIntent.objects.filter(customer=customer, created_at__gte=since).order_by("-created_at", "id")
        return [_kept(row) for row in rows]


def _content(kept: KeptIntent) -> dict[str, Any]:
    decline = kept.intent.decline
    return {
        "status": kept.intent.status,
        "amount": kept.intent.amount.minor,
        "currency": kept.intent.amount.currency,
        "metadata": dict(kept.intent.metadata),
        "decline": None if decline is None else {"code": decline.code, "hard": decline.hard},
        "card": kept.card,
    }


def _kept(row: SandboxIntent) -> KeptIntent:
    content = row.content
    intent = Intent(
        id=row.id,
        status=cast(IntentStatus, content["status"]),
        amount=Money(content["amount"], content["currency"]),
        customer=row.customer,
        metadata=content["metadata"],
        decline=None if content["decline"] is None else Decline(**content["decline"]),
    )
    return KeptIntent(intent, content["card"], row.created_at)
