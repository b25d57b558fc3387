"""Activate trials: from then on their members are seats; now, or from the start of the next cycle on (rule M20)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import Act, record_acts
from pleamar.models import Account
from pleamar.ports.clock import Clock
from pleamar.queries.activation import activation_preview
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.peak import stamp
from pleamar.rules.trials import ActivationPreview, When


@dataclass(frozen=True, slots=True)
class Activation:
    """What was done: `shown.accounts` are live by the batch `change`, or are to be at `due_at`.

    Without any of them nothing was done, and `shown` says which are live or scheduled already.
    """

    shown: ActivationPreview
    change: SeatChange | None = None
    due_at: datetime | None = None


def activate_trials(
    partner_id: int,
    account_ids: Collection[int],
    *,
    when: When,
    preview: str,
    typed: str,
    cause: Cause,
    clock: Clock,
) -> Activation:
    """Do what the preview of that name shows, as one batch, confirmed by what was `typed`; or nothing at all.

    Activating what is live already changes nothing, whatever preview it names. Refuses `activation_preview_stale` when
    anything that the preview shows has changed since, `activation_name_differs`, `activation_seats_differ`, and what
    `queries.activation` does.
    """
    with transaction.atomic():
        held = lock_meter(partner_id)
        now = stamp(held.meter, clock())
        shown = activation_preview(Scope(partner_id), partner_id, account_ids, when=when, now=now)
        if not shown.accounts:
            return Activation(shown)
        shown.refuse_unless_named(preview)
        shown.refuse_unconfirmed(typed)
        numbers = [account.id for account in shown.accounts]
        if when == "next_cycle":
            _schedule(partner_id, numbers, shown, cause, now)
            return Activation(shown, due_at=shown.cycle.starts_at)
        # At the moment of the preview: a cycle that ended in between would make other figures of it.
        change = bring_live(partner_id, numbers, cause=cause, clock=lambda: now)
        _record("activate trial", partner_id, numbers, shown, cause, change.at or now)
        return Activation(shown, change)


def bring_live(partner_id: int, account_ids: Collection[int], *, cause: Cause, clock: Clock) -> SeatChange:
    """Turn trials live as one batch, their limit as trials gone; inside the transaction of whoever may do so."""
    change = change_seats(partner_id, [], states=dict.fromkeys(account_ids, "live"), cause=cause, clock=clock)
    Account.unscoped.filter(partner_id=partner_id, pk__in=account_ids).update(trial_member_limit=None)
    return change


def _schedule(partner_id: int, numbers: list[int], shown: ActivationPreview, cause: Cause, now: datetime) -> None:
    Account.unscoped.filter(partner_id=partner_id, pk__in=numbers).update(
        activation_due_at=shown.cycle.starts_at,
        activation_cause={
            "actor": cause.actor,
            "means": cause.means,
            "reference": cause.reference,
            "reason": cause.reason,
        },
    )
    _record("schedule activation", partner_id, numbers, shown, cause, now)


def _record(
    act: str, partner_id: int, numbers: list[int], shown: ActivationPreview, cause: Cause, at: datetime
) -> None:
    """Each account's part, beside all that was shown before it was confirmed."""
    figures = {
        "preview": shown.name,
        "cycle_start": shown.cycle.starts_at.isoformat(),
        "cycle_end": shown.cycle.ends_at.isoformat(),
        "peak_before": shown.before.peak,
        "peak_after": shown.after.peak,
        "amount_before": shown.before.amount.minor,
        "amount_after": shown.after.amount.minor,
        "currency": shown.after.amount.currency,
    }
    accounts = Account.unscoped.in_bulk(numbers)
    record_acts(
        [Act(act, accounts[one.id].public_id, partner_id, {"seats": one.members, **figures}) for one in shown.accounts],
        cause=cause,
        at=at,
    )
