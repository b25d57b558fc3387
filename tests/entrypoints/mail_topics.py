"""The facts of every topic, as those who write them do, and messages made of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pleamar.ports.mail import Message

Facts = dict[str, str | int]
_CYCLE_END: Final = "2026-12-07T23:00:00+00:00"
_ZONE: Final = "Europe/Madrid"
_CARD: Final = "Visa ···· 4242"
_CHARGE: Final[Facts] = {
    "amount": 123456,
    "currency": "USD",
    "card": _CARD,
    "invoices": "INV-000001 INV-000002",
}

FACTS: Final[Mapping[str, Facts]] = {
    "quote_requested": {
        "partner": "Northwind IT",
        "customer": "Clínica Sol",
        "members": 1200,
        "message": "They compare us\nwith two others.",
        "asked_by": "dana@northwindit.example",
    },
    "charge_succeeded": _CHARGE,
    "charge_declined": _CHARGE | {"code": "", "next_attempt": "2026-02-02T23:30:00+00:00"},
    "action_required": _CHARGE
    | {"charge": "chg_1", "until": "2026-02-08T08:10:00+00:00", "link": "https://portal.example/confirm/1"},
    "cycle_closing": {
        "cycle_end": _CYCLE_END,
        "seats": 1208,
        "peak": 1234,
        "amount": 185100,
        "currency": "USD",
        "card": _CARD,
        "last": 0,
        "timezone": _ZONE,
    },
    "invoice_issued": {
        "invoice": "INV-000123",
        "amount": 86560,
        "currency": "USD",
        "cycle_start": "2026-11-07T23:00:00+00:00",
        "cycle_end": _CYCLE_END,
        "timezone": _ZONE,
        "peak": 541,
        "card": _CARD,
    },
    "price_rise": {
        "cycle_start": _CYCLE_END,
        "seats": 541,
        "before": 86560,
        "after": 91970,
        "currency": "USD",
    },
    "card_expiring": {"card": _CARD, "month": 11, "year": 2026, "cycle_end": _CYCLE_END, "timezone": _ZONE},
    "no_card": {
        "cycle_end": _CYCLE_END,
        "amount": 86560,
        "currency": "USD",
        "outstanding": "12300 USD 4500 EUR",
        "standing": "overdue",
        "timezone": _ZONE,
    },
    "payment_overdue": {
        "amounts": "12300 USD 4500 EUR",
        "days": 7,
        "since": "2026-11-08T00:10:00+00:00",
        "suspends_at": "2026-12-08T00:10:00+00:00",
        "why": "no_card",
        "next_attempt": "",
    },
    "access_suspended": {"amounts": "12300 USD", "since": "2026-11-08T00:10:00+00:00"},
    "access_restored": {},
    "suspension_proposed": {"partner": "Northwind IT", "amounts": "12300 USD", "since": "2026-11-08T00:10:00+00:00"},
    "invitation": {
        "invitation": "ivt_1",
        "by": "Dana Marsh (dana@northwind.example)",
        "role": "technician",
        "account": "",
        "expires_at": "2026-02-08T08:10:00+00:00",
        "link": "https://portal.example/invitation/1",
    },
    "administrator_invited": {
        "invitation": "ivt_1",
        "by": "",
        "role": "administrator",
        "account": "Clínica Sol",
        "expires_at": "2026-02-08T08:10:00+00:00",
        "link": "https://portal.example/invitation/1",
    },
    "trial_ending": {
        "account": "Clínica Sol",
        "ends_at": "2026-12-01T09:30:00+00:00",
        "days": 7,
        "members": 12,
        "activation_due_at": "",
    },
    "trial_ended": {"account": "Clínica Sol", "ended_at": "2026-12-01T09:30:00+00:00", "activation_due_at": ""},
    "trial_activated": {"account": "Clínica Sol", "seats": 12, "cycle_end": _CYCLE_END, "timezone": _ZONE},
    "limit_reached": {"account": "Clínica Sol", "limit": 50, "refused": 3},
    "unusual_growth": {"seats": 320, "before": 200, "percent": 60, "cycle_end": _CYCLE_END, "timezone": _ZONE},
    "usage_alert": {
        "kind": "amount",
        "threshold": 100000,
        "value": 104320,
        "currency": "USD",
        "cycle_end": _CYCLE_END,
        "timezone": _ZONE,
    },
    "password_reset": {"user": "usr_1", "name": "Ana Prado", "link": "https://portal.example/set"},
    "password_reset_unknown": {},
    "sign_in_changed": {
        "change": "totp_deactivated",
        "at": "2026-12-01T09:30:00+00:00",
        "address": "203.0.113.7",
        "browser": "Firefox on Windows",
        "name": "",
        "link": "https://portal.example/forgotten",
    },
}


def message(topic: str, language: str = "en", *, facts: Mapping[str, str | int] | None = None, **of: Any) -> Message:
    """A message to a partner of Madrid; `facts` are those that differ from the topic's own."""
    told: dict[str, Any] = {
        "id": "msg_1",
        "topic": topic,
        "facts": {**FACTS.get(topic, {}), **(facts or {})},
        "written_at": datetime(2026, 2, 1, tzinfo=UTC),
        "to": "ana@northwind.example",
        "partner": "Northwind IT",
        "language": language,
        "timezone": "Europe/Madrid",
        "seller": "Meridian Software",
    }
    return Message(**{**told, **of})
