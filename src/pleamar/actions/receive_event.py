"""Keep an event of the payment provider, once, so that it can be answered before it is worked on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.models import ReceivedEvent
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import ProviderEvent


def receive_event(event: ProviderEvent, *, provider: str, live: bool, now: datetime, jobs: Jobs = NOBODY) -> bool:
    """Whether it is new. One that was kept before, by webhook or poll, changes nothing; whoever works on it is woken.

    An event of the other mode (`live` is ours) is none of ours and not kept.
    """
    if event.live is not live:
        return False
    with transaction.atomic():
        row, is_new = ReceivedEvent.objects.get_or_create(
            provider=provider,
            provider_reference=event.id,
            defaults={
                "kind": event.kind,
                "subject": event.subject,
                "reference": event.reference,
                "created_at": event.created_at,
                "received_at": now,
                "due_at": now,
            },
        )
        if is_new:
            jobs.wake("process_event", event_id=row.pk)
        return is_new
