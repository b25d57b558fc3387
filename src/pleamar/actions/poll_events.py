"""Read the provider's own list of events, so that a webhook that got lost loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.receive_event import receive_event
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import EventCursor, Installation
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import PaymentProvider

# Events appear in the list a little after the time they are dated; the ones read again are known already.
_OVERLAP: Final = timedelta(minutes=10)


def poll_events(provider: PaymentProvider, *, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many were new since the cursor, which then stands at the newest event read, each written as it is read.

    Whoever stops half-way begins again from there. Raises GatewayUnreachable and GatewayFailed: the next poll goes on.
    """
    refuse_open_transaction()
    cursor = EventCursor.objects.filter(pk=provider.provider).first()
    begun = Installation.objects.get().created_at if cursor is None else cursor.read_until
    new = 0
    for event in provider.list_events(since=begun - _OVERLAP):
        with transaction.atomic():
            new += receive_event(event, provider=provider.provider, live=provider.live, now=now, jobs=jobs)
            begun = max(begun, event.created_at)
            EventCursor.objects.update_or_create(provider=provider.provider, defaults={"read_until": begun})
    return new
