"""When something is to be done next, of all that stands in rows with a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from pleamar.models import (
    Account,
    Charge,
    Cycle,
    Invoice,
    Meter,
    OutboxMessage,
    Partner,
    ReceivedEvent,
)
from pleamar.models.rows import TenantTable
from pleamar.queries.partners import standing
from pleamar.queries.price_effects import announcements_due
from pleamar.queries.reminders import reminders_due
from pleamar.queries.scopes import Scope
from pleamar.queries.settings import current_settings
from pleamar.queries.standing import standing_due
from pleamar.rules.charging import SETTLED


def next_due(scope: Scope, after: datetime) -> datetime | None:
    """The earliest due date later than `after`: of cycles, charges, messages, events, trials, notices, warnings.

    What was due at `after` or before is not looked at: whoever steps from date to date has just seen to it. Events are
    of the whole installation, so only whoever sees all of it is told of theirs.
    """
    dates = [
        _earliest(scope.rows(Meter).filter(ended=False), "ends_at", after),
        _earliest(scope.rows(Cycle).filter(closed_at=None), "ends_at", after),
        _earliest(scope.rows(Charge).exclude(state__in=SETTLED), "due_at", after),
        _earliest(scope.rows(Invoice).filter(state="open"), "next_attempt_at", after),
        _earliest(scope.rows(OutboxMessage).filter(sent_at=None), "due_at", after),
        _earliest(scope.rows(Account), "activation_due_at", after),
        announcements_due(scope, after),
        *_of_trials(scope, after),
        reminders_due(scope, after),
        standing_due(scope, after),
    ]
    if scope.is_everything:
        waiting = ReceivedEvent.objects.filter(processed_at=None, due_at__gt=after)
        dates.append(waiting.aggregate(at=Min("due_at"))["at"])
    return min((date for date in dates if date is not None), default=None)


def _earliest(rows: QuerySet[TenantTable], column: str, after: datetime) -> datetime | None:
    found: datetime | None = rows.filter(**{f"{column}__gt": after}).aggregate(at=Min(column))["at"]
    return found


def _of_trials(scope: Scope, after: datetime) -> Iterator[datetime]:
    """The ends of trials, and when they are to be told of."""
    trials = scope.rows(Account).filter(state="trial")
    for days in (0, *current_settings().trial_notice_days):
        ahead = timedelta(days=days)
        end = _earliest(trials, "trial_ends_at", after + ahead)
        if end is not None:
            yield end - ahead


def running_cycle_end(scope: Scope, partner_id: int, *, now: datetime) -> datetime | None:
    """When the partner's cycle that runs at `now` ends; None when none runs, for it is closed."""
    stands = standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now)
    return None if stands.ended else stands.meter.ends_at
