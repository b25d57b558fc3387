"""Tell of trials that have ended. That nobody has access any more needs no act: the date decides (rules E1, M20)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from pleamar.actions.lock_meters import lock_meters
from pleamar.actions.record_act import Act, record_acts
from pleamar.actions.roll_meters import AT_ONCE
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Account
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause


def expire_trials(*, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many ended by `now` and were not told yet: each is written down and mailed, once for each end it is given.

    Nothing of them is billed, now or later. One that is to go live by now is left to that.
    """
    expired = 0
    owners = _ended(now).order_by("partner_id").values_list("partner_id", flat=True).distinct()
    while partner_ids := list(owners.all()[:AT_ONCE]):
        expired += _expire(partner_ids, cause, now, jobs)
    return expired


def _ended(now: datetime) -> QuerySet[Account]:
    return Account.unscoped.filter(state="trial", trial_ends_at__lte=now, trial_expired_at=None).exclude(
        activation_due_at__lte=now
    )


def _due_text(account: Account) -> str:
    return account.activation_due_at.isoformat() if account.activation_due_at else ""


def _expire(partner_ids: list[int], cause: Cause, now: datetime, jobs: Jobs) -> int:
    with transaction.atomic():
        lock_meters(partner_ids)
        ended = list(_ended(now).filter(partner_id__in=partner_ids).order_by("pk"))
        Account.unscoped.filter(pk__in=[account.pk for account in ended]).update(trial_expired_at=now)
        acts, tellings = [], []
        for account in ended:
            ended_at = account.trial_ends_at.isoformat()
            acts.append(Act("expire trial", account.public_id, account.partner_id, {"ended_at": ended_at}))
            facts = {"account": account.name, "ended_at": ended_at, "activation_due_at": _due_text(account)}
            key = f"trial_ended:{account.pk}:{ended_at}"
            tellings.append(Telling(account.partner_id, "trial_ended", key, facts))
        record_acts(acts, cause=cause, at=now)
        write_messages(tellings, now=now, jobs=jobs)
        return len(ended)
