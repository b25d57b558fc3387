"""A payment as plain JSON, for whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pleamar.ports.payments import Decline, Intent
from pleamar.ports.stores import KeptIntent
from pleamar.rules.money import Money


def intent_content(intent: Intent) -> dict[str, Any]:
    """All of it."""
    decline = intent.decline
    return {
        "id": intent.id,
        "status": intent.status,
        "amount": intent.amount.minor,
        "currency": intent.amount.currency,
        "customer": intent.customer,
        "metadata": dict(intent.metadata),
        "decline": None if decline is None else {"code": decline.code, "hard": decline.hard},
    }


def read_intent(content: Mapping[str, Any]) -> Intent:
    """What `intent_content` wrote."""
    decline = content["decline"]
    return Intent(
        id=content["id"],
        status=content["status"],
        amount=Money(content["amount"], content["currency"]),
        customer=content["customer"],
        metadata=content["metadata"],
        decline=None if decline is None else Decline(**decline),
    )


def kept_content(kept: KeptIntent) -> dict[str, Any]:
    """A payment with its card and when it succeeds, but not when it was made."""
    succeeds_at = None if kept.succeeds_at is None else kept.succeeds_at.isoformat()
    return {**intent_content(kept.intent), "card": kept.card, "succeeds_at": succeeds_at}


def read_kept(content: Mapping[str, Any], created_at: datetime) -> KeptIntent:
    """What `kept_content` wrote."""
    succeeds_at = content.get("succeeds_at")
    return KeptIntent(
        intent=read_intent(content),
        card=content["card"],
        created_at=created_at,
        succeeds_at=None if succeeds_at is None else datetime.fromisoformat(succeeds_at),
    )
