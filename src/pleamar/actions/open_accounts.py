"""Open accounts for many of a partner's customers at once, with their limits and deny lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from pleamar.actions.change_deny_list import refuse_too_long
from pleamar.actions.change_seats import change_seats
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.open_account import NewTrial, new_trial
from pleamar.actions.record_act import Act, record_acts
from pleamar.models import Account, DenyEntry
from pleamar.ports.clock import Clock
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import as_like, checked_pattern
from pleamar.rules.limits import checked_limit
from pleamar.rules.names import checked_name
from pleamar.rules.refusals import Refused
from pleamar.rules.settings import Settings


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A customer to open: its limit (None: there is none), and the patterns of its deny list.

    Of a trial, how many days it lasts; None: as many as the settings say.
    """

    name: str
    state: Literal["live", "trial"] = "trial"
    member_limit: int | None = None
    denied: tuple[str, ...] = ()
    trial_days: int | None = None


@dataclass(frozen=True, slots=True)
class _Checked:
    name: str
    state: Literal["live", "trial"]
    member_limit: int | None
    denied: tuple[str, ...]
    trial: NewTrial | None


def open_accounts(partner_id: int, wanted: Sequence[NewAccount], *, cause: Cause, clock: Clock) -> list[Account]:
    """The accounts, without members, in the order given; all of them or none, as one batch.

    No trial is longer than the settings say: more of it is for the vendor's staff to give (rule M20). Refuses
    `account_exists` (also for a name given twice), `name_invalid`, `limit_out_of_range`, `trial_days_out_of_range`,
    `trial_terms_without_trial`, `deny_pattern_invalid`, `deny_pattern_too_wide`, `deny_list_too_long` and
    `partner_closed`.
    """
    settings = current_settings()
    checked = [_checked(one, settings) for one in wanted]
    for name, times in Counter(one.name for one in checked).items():
        if times > 1:
            raise Refused("account_exists", account=name)
    with transaction.atomic():
        lock_meter(partner_id)  # whoever opens others meanwhile waits here, and then sees these
        taken = Account.unscoped.filter(partner_id=partner_id, name__in=[one.name for one in checked])
        if (found := taken.order_by("name").first()) is not None:
            raise Refused("account_exists", account=found.name)
        accounts = _written(partner_id, checked, clock())
        states = {account.pk: one.state for account, one in zip(accounts, checked, strict=True)}
        at = change_seats(partner_id, [], states=states, cause=cause, clock=clock).at
        for account, one in zip(accounts, checked, strict=True):
            account.state = one.state
        _set_terms(accounts, checked, at)
        _deny(accounts, checked, cause)
        _record(accounts, checked, cause)
        return accounts


def _checked(new: NewAccount, settings: Settings) -> _Checked:
    limit = None if new.member_limit is None else checked_limit(new.member_limit)
    denied = tuple(dict.fromkeys(checked_pattern(pattern) for pattern in new.denied))
    refuse_too_long(denied)
    if new.trial_days is not None and new.trial_days > settings.trial_days:
        raise Refused("trial_days_out_of_range", days=new.trial_days, most=settings.trial_days)
    trial = new_trial(new.state, new.trial_days, None, settings=settings)
    return _Checked(checked_name(new.name), new.state, limit, denied, trial)


def _written(partner_id: int, checked: Sequence[_Checked], now: datetime) -> list[Account]:
    """As closed; the batch then turns them, so that the log tells of their first moment too."""
    rows = [
        Account(partner_id=partner_id, name=one.name, state="closed", member_limit=one.member_limit, created_at=now)
        for one in checked
    ]
    return Account.unscoped.bulk_create(rows)


def _set_terms(accounts: Sequence[Account], checked: Sequence[_Checked], at: datetime | None) -> None:
    """The moment of the batch for all, and for each kind of trial its end and limit."""
    kinds: dict[NewTrial | None, list[Account]] = {}
    for account, one in zip(accounts, checked, strict=True):
        account.created_at = at or account.created_at
        kinds.setdefault(one.trial, []).append(account)
    for trial, those in kinds.items():
        moment = those[0].created_at
        terms: dict[str, Any] = {"created_at": moment}
        if trial is not None:
            ends_at, limit = moment + trial.lasts, trial.member_limit
            terms |= {"trial_set_at": moment, "trial_ends_at": ends_at, "trial_member_limit": limit}
        Account.unscoped.filter(pk__in=[account.pk for account in those]).update(**terms)
        for account in those:
            for name, value in terms.items():
                setattr(account, name, value)


def _deny(accounts: Sequence[Account], checked: Sequence[_Checked], cause: Cause) -> None:
    DenyEntry.unscoped.bulk_create(
        DenyEntry(
            partner_id=account.partner_id,
            account=account,
            pattern=pattern,
            like=as_like(pattern),
            reason=cause.reason,
            added_at=account.created_at,
            added_by=cause.actor,
        )
        for account, one in zip(accounts, checked, strict=True)
        for pattern in one.denied
    )


def _record(accounts: Sequence[Account], checked: Sequence[_Checked], cause: Cause) -> None:
    """What the seat log does not tell: the limits, and who is kept out."""
    acts = [
        Act(act, account.public_id, account.partner_id, facts)
        for account, one in zip(accounts, checked, strict=True)
        for act, facts in _told(one)
    ]
    if accounts:
        record_acts(acts, cause=cause, at=accounts[0].created_at)


def _told(one: _Checked) -> list[tuple[str, dict[str, object]]]:
    told: list[tuple[str, dict[str, object]]] = []
    if one.member_limit is not None:
        told.append(("set member limit", {"before": None, "after": one.member_limit, "deactivated": 0}))
    if one.denied:
        told.append(("change deny list", {"added": list(one.denied), "removed": []}))
    return told
