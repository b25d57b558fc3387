"""When something is to be done next, of all that stands in rows with a date."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from pleamar.models import Charge, Cycle, Invoice, Meter, OutboxMessage, Partner, ReceivedEvent
from pleamar.queries.partners import standing
from pleamar.queries.scopes import Scope
from pleamar.rules.charging import SETTLED


def next_due(scope: Scope, after: datetime) -> datetime | None:
    """The earliest due date later than `after`: of cycles, charges, further attempts, messages and events.

    What was due at `after` or before is not looked at: whoever steps from date to date has just seen to it. Events are
    of the whole installation, so only whoever sees all of it is told of theirs.
    """
    dates = [
        scope.rows(Meter).filter(ended=False, ends_at__gt=after).aggregate(at=Min("ends_at"))["at"],
        scope.rows(Cycle).filter(closed_at=None, ends_at__gt=after).aggregate(at=Min("ends_at"))["at"],
        scope.rows(Charge).filter(due_at__gt=after).exclude(state__in=SETTLED).aggregate(at=Min("due_at"))["at"],
        scope.rows(Invoice).filter(state="open", next_attempt_at__gt=after).aggregate(at=Min("next_attempt_at"))["at"],
        scope.rows(OutboxMessage).filter(sent_at=None, due_at__gt=after).aggregate(at=Min("due_at"))["at"],
    ]
    if scope.is_everything:
        waiting = ReceivedEvent.objects.filter(processed_at=None, due_at__gt=after)
        dates.append(waiting.aggregate(at=Min("due_at"))["at"])
    return min((date for date in dates if date is not None), default=None)


def running_cycle_end(scope: Scope, partner_id: int, *, now: datetime) -> datetime | None:
    """When the partner's cycle that runs at `now` ends; None when none runs, for it is closed."""
    stands = standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now)
    return None if stands.ended else stands.meter.ends_at
