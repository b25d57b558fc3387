"""Tell partners that the card which they are charged by is about to expire (rules M11, M13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.reminders import ExpiringCard, expiring_cards
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules.notices import due_notice


def remind_of_cards(*, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many were told, each once a card and month of expiry; not of a card that was only just added."""
    days = current_settings().card_expiry_notice_days
    tellings = [
        _telling(card)
        for card in expiring_cards(EVERYTHING, after=now, until=now + timedelta(days=days))
        if due_notice(card.expires_at, [days], since=card.added_at, now=now) is not None
    ]
    write_messages(tellings, now=now, jobs=jobs)
    return len(tellings)


def _telling(card: ExpiringCard) -> Telling:
    facts: dict[str, str | int] = {
        "card": card.card,
        "month": card.month,
        "year": card.year,
        "cycle_end": card.cycle_end.isoformat(),
        "timezone": card.timezone,
    }
    key = f"card_expiring:{card.card_id}:{card.year}-{card.month}"
    return Telling(card.partner_id, "card_expiring", key, facts)
