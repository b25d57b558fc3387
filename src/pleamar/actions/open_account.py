"""Open an account for one of a partner's customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, NamedTuple

from django.db import transaction

from pleamar.actions.change_seats import change_seats
from pleamar.actions.lock_meters import lock_meter
from pleamar.models import Account
from pleamar.ports.clock import Clock
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from pleamar.rules.limits import checked_limit
from pleamar.rules.names import checked_name
from pleamar.rules.refusals import Refused
from pleamar.rules.settings import Settings
from pleamar.rules.trials import checked_trial_days


def open_account(
    partner_id: int,
    name: str,
    *,
    cause: Cause,
    clock: Clock,
    state: Literal["live", "trial"] = "live",
    internal: bool = False,
    member_limit: int | None = None,
    trial_days: int | None = None,
    trial_member_limit: int | None = None,
) -> Account:
    """The account, live or a trial, with no members; its opening is a batch of the seat log like any other.

    A trial lasts `trial_days` of 24 hours and lets `trial_member_limit` members in; by default as the settings say
    (rule M20). `internal` is the partner's own account for its staff, never billed, free up to `member_limit`, which
    staff of the vendor set (rule M26). Refuses `name_invalid`, `account_exists`, `internal_account_exists`,
    `internal_account_needs_limit`, `internal_account_no_trial`, `trial_terms_without_trial`,
    `trial_days_out_of_range`, `limit_out_of_range` and `partner_closed`.
    """
    name = checked_name(name)
    if internal and member_limit is None:
        raise Refused("internal_account_needs_limit")
    if internal and state == "trial":
        raise Refused("internal_account_no_trial")
    if member_limit is not None:
        checked_limit(member_limit)
    trial = new_trial(state, trial_days, trial_member_limit, settings=current_settings())
    with transaction.atomic():
        lock_meter(partner_id)  # whoever opens another one meanwhile waits here, and then sees this one
        if Account.unscoped.filter(partner_id=partner_id, name=name).exists():
            raise Refused("account_exists", account=name)
        if internal and Account.unscoped.filter(partner_id=partner_id, internal=True).exists():
            raise Refused("internal_account_exists")
        # Written as closed and turned at once, so that the log tells of its first moment too.
        account = Account.unscoped.create(
            partner_id=partner_id,
            name=name,
            state="closed",
            internal=internal,
            member_limit=member_limit,
            created_at=clock(),
        )
        at = change_seats(partner_id, [], states={account.pk: state}, cause=cause, clock=clock).at
        account.created_at = at or account.created_at
        if trial is not None:
            account.trial_set_at, account.trial_ends_at = account.created_at, account.created_at + trial.lasts
            account.trial_member_limit = trial.member_limit
        account.save(update_fields=["created_at", "trial_set_at", "trial_ends_at", "trial_member_limit"])
        account.refresh_from_db()
        return account


class NewTrial(NamedTuple):
    """How long it lasts, and how many members may be active in it."""

    lasts: timedelta
    member_limit: int


def new_trial(
    state: Literal["live", "trial"], days: int | None, member_limit: int | None, *, settings: Settings
) -> NewTrial | None:
    """The terms of a trial, by default as the settings say; None for an account that is live.

    Refuses `trial_terms_without_trial`, `trial_days_out_of_range` and `limit_out_of_range`.
    """
    if state != "trial":
        if days is not None or member_limit is not None:
            raise Refused("trial_terms_without_trial")
        return None
    lasts = checked_trial_days(settings.trial_days if days is None else days)
    limit = settings.trial_member_limit if member_limit is None else checked_limit(member_limit, least=1)
    return NewTrial(lasts, limit)
