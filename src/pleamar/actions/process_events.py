"""Work on every event that was kept and not worked on yet."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.process_event import process_event
from pleamar.models import ReceivedEvent
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import PaymentProvider


def process_events(provider: PaymentProvider, *, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many are done with, of those of this provider that are due at `now`, in the order in which they came.

    One that cannot be worked on does not stand in the way of the others (`process_event`).
    """
    due = ReceivedEvent.objects.filter(provider=provider.provider, processed_at=None, due_at__lte=now)
    numbers = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(process_event(number, provider, now=now, jobs=jobs) for number in numbers)
