"""Activate the trials that were scheduled for the start of a cycle which has begun (rule M20)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.activate_trials import bring_live
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import Act, record_acts
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Account, Meter
from pleamar.ports.clock import Clock
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.peak import stamp


def activate_due_trials(*, clock: Clock, jobs: Jobs = NOBODY) -> int:
    """How many have gone live, each in the name of whoever scheduled it. Those of one cause are one batch (rule M6).

    They count from now on: a worker that is late back-dates nothing (rule M27). Each partner's are a transaction of
    their own. Where one fails the others go live all the same, and an `ExceptionGroup` of the failures follows.
    """
    due = Account.unscoped.filter(activation_due_at__lte=clock())
    partner_ids = due.order_by("partner_id").values_list("partner_id", flat=True).distinct()
    activated, failures = 0, []
    for partner_id in list(partner_ids):
        try:
            activated += _activate(partner_id, clock, jobs)
        except Exception as failure:  # told below, with all others
            failures.append(failure)
    if failures:
        raise ExceptionGroup("trials that were to go live have not", failures)
    return activated


def _activate(partner_id: int, clock: Clock, jobs: Jobs) -> int:
    with transaction.atomic():
        now = stamp(lock_meter(partner_id).meter, clock())
        due = Account.unscoped.filter(partner_id=partner_id, activation_due_at__lte=now)
        together: dict[Cause, list[Account]] = {}
        for account in due.order_by("activation_due_at", "pk"):
            together.setdefault(Cause(**(account.activation_cause or {})), []).append(account)
        for cause, accounts in together.items():
            change = bring_live(partner_id, [account.pk for account in accounts], cause=cause, clock=lambda: now)
            _tell(partner_id, accounts, cause, change.at or now, jobs)
        return sum(map(len, together.values()))


def _tell(partner_id: int, accounts: list[Account], cause: Cause, at: datetime, jobs: Jobs) -> None:
    meter = Meter.unscoped.get(pk=partner_id)
    cycle: dict[str, str | int] = {"cycle_end": meter.ends_at.isoformat(), "timezone": meter.timezone}
    record_acts(
        [
            Act(
                "activate trial",
                account.public_id,
                partner_id,
                {"seats": account.active_members, "due_at": account.activation_due_at.isoformat()},
            )
            for account in accounts
        ],
        cause=cause,
        at=at,
    )
    write_messages(
        [
            Telling(
                partner_id,
                "trial_activated",
                f"trial_activated:{account.pk}",
                {"account": account.name, "seats": account.active_members, **cycle},
            )
            for account in accounts
        ],
        now=at,
        jobs=jobs,
    )
