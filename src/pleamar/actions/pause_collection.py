"""Stop collecting: nothing is sent to the provider until somebody has made sure that nothing is sent twice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce

from pleamar.actions.record_act import record_act
from pleamar.models import Charge, Installation
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def pause_collection(because: str, *, cause: Cause, now: datetime) -> None:
    """`because` is a code that the refusal `collection_paused` puts into words. Pausing twice keeps the first.

    What is known by now to have been sent is written down with it (`unsure_since`): whatever was sent later may be
    forgotten here, and what is planned meanwhile says nothing about that.
    """
    with transaction.atomic():
        newest: datetime | None = Charge.unscoped.aggregate(at=Max("create_sent_at"))["at"]
        paused = Installation.objects.filter(collection_paused_at=None).update(
            collection_paused_at=now,
            collection_paused_because=because,
            unsure_since=Coalesce("unsure_since", F("created_at") if newest is None else newest),
        )
        if paused:
            record_act("pause collection", because, cause=cause, at=now)


def refuse_paused() -> None:
    """Refuses `collection_paused`, with what it was paused for."""
    because = Installation.objects.exclude(collection_paused_at=None).values_list(
        "collection_paused_because", flat=True
    )
    if (why := because.first()) is not None:
        raise Refused("collection_paused", because=why)
