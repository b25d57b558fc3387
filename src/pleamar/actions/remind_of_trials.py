"""Remind partners of trials that are about to end (rule M20)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from pleamar.actions.lock_meters import lock_meters
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Account, OutboxMessage
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.settings import current_settings
from pleamar.rules.notices import due_notice


def remind_of_trials(*, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many reminders were written: so many days before a trial's end as the settings say, each once an end.

    None of what was opened or extended too late for it, and none of a trial that is to go live by its end. One that
    goes live later has a gap, and is told of when it begins and ends (`activation_due_at`).
    """
    days = current_settings().trial_notice_days
    ending = Account.unscoped.filter(
        state="trial", trial_ends_at__gt=now, trial_ends_at__lte=now + timedelta(days=max(days))
    ).exclude(activation_due_at__lte=F("trial_ends_at"))
    partner_ids = sorted(filter(None, {telling.partner_id for telling in _untold(ending, days, now)}))
    if not partner_ids:
        return 0
    with transaction.atomic():
        lock_meters(partner_ids)  # what is activated or extended meanwhile is not told any more
        tellings = _untold(ending.filter(partner_id__in=partner_ids), days, now)
        write_messages(tellings, now=now, jobs=jobs)
        return len(tellings)


def _untold(ending: QuerySet[Account], days: Collection[int], now: datetime) -> list[Telling]:
    """What is due to be told of these trials and has not been."""
    due: dict[str, Telling] = {}
    for account in ending.order_by("pk").iterator():
        notice = due_notice(account.trial_ends_at, days, since=account.trial_set_at or account.created_at, now=now)
        if notice is not None:
            ends_at = account.trial_ends_at.isoformat()
            key = f"trial_ending:{account.pk}:{ends_at}:{notice}"
            facts = {
                "account": account.name,
                "ends_at": ends_at,
                "days": notice,
                "members": account.active_members,
                "activation_due_at": account.activation_due_at.isoformat() if account.activation_due_at else "",
            }
            due[key] = Telling(account.partner_id, "trial_ending", key, facts)
    told = OutboxMessage.unscoped.filter(channel="mail", key__in=due).values_list("key", flat=True)
    return [due[key] for key in due.keys() - set(told)]
