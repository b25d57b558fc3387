"""A cycle's use by customer, and what it comes to: running, just ended or closed, it adds up (rules M2, M9, M12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from pleamar.models import Account, CycleShare
from pleamar.queries.cycle_frames import CycleFrame
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money, split
from pleamar.rules.peak import AccountCount, EndedCycle, share_of
from pleamar.rules.prices import PricedLine, PriceVersion, price


@dataclass(frozen=True, slots=True)
class AccountUse:
    """An account's seats now and at the moment of the peak, and its part of the price of that: both add up over the
    accounts. Its own highest count, `own_peak`, does not. A suspended one is billed all the same (rule M22).
    """

    account_id: int
    account: str
    public_id: str
    state: str
    suspended: bool
    billing_stopped: bool
    seats: int
    at_peak: int
    share: Money | None
    own_peak: int


@dataclass(frozen=True, slots=True)
class CycleUse:
    """A cycle with its price, before tax; both prices are None where no price book applies.

    `version` is None also where the table of a closed cycle's prices is not to be seen any more.
    """

    frame: CycleFrame
    version: PriceVersion | None
    net: Money | None
    lines: tuple[PricedLine, ...]
    accounts: tuple[AccountUse, ...]


class TrialUse(NamedTuple):
    """A trial that runs: people are active in it, and nothing is billed (rule M20)."""

    account: str
    public_id: str
    active_members: int
    ends_at: datetime | None
    activation_due_at: datetime | None


class _Counted(NamedTuple):
    row: Account
    seats: int
    at_peak: int
    own_peak: int


def cycle_use(scope: Scope, frame: CycleFrame) -> CycleUse:
    """The cycle's use, in at most four queries whatever there is."""
    version, net, lines = _priced(scope, frame)
    counted = _counting(scope, frame.partner_id, frame.counts) if frame.counts else _frozen(scope, frame)
    return CycleUse(frame, version, net, lines, account_uses(counted, net))


def _priced(scope: Scope, frame: CycleFrame) -> tuple[PriceVersion | None, Money | None, tuple[PricedLine, ...]]:
    if frame.price is not None:
        return frame.price.version, frame.price.net, frame.price.lines
    books = price_books(scope, [frame.partner_id])
    version = books.applicable(frame.partner_id, frame.currency, frame.start_day)
    if version is None:
        return None, None, ()
    priced = price(version, frame.peak)
    return version, priced.total, priced.lines


def running_accounts(scope: Scope, partner_id: int, cycle: EndedCycle, net: Money | None) -> tuple[AccountUse, ...]:
    """The accounts that are billed or were in a cycle that is not frozen yet, by name."""
    return account_uses(_counting(scope, partner_id, cycle), net)


def account_uses(counted: Iterable[_Counted], net: Money | None) -> tuple[AccountUse, ...]:
    """With each one's part of `net`: the parts add up to it (rule M9)."""
    known = list(counted)
    weights = {row.pk: at_peak for row, _, at_peak, _ in known}
    shares = split(net, weights) if net is not None and any(weights.values()) else {}
    nothing = Money(0, net.currency) if net is not None else None
    return tuple(
        AccountUse(
            account_id=row.pk,
            account=row.name,
            public_id=row.public_id,
            state=row.state,
            suspended=row.suspended_at is not None,
            billing_stopped=row.billing_stopped_at is not None,
            seats=seats,
            at_peak=at_peak,
            share=shares.get(row.pk, nothing),
            own_peak=own_peak,
        )
        for row, seats, at_peak, own_peak in known
    )


def _counting(scope: Scope, partner_id: int, cycle: EndedCycle) -> Iterator[_Counted]:
    used = Q(seats__gt=0) | Q(seats_at_peak__gt=0) | Q(own_peak__gt=0)
    billed = Q(model="monthly", state="live", internal=False)
    for row in scope.rows(Account).filter(used | billed, partner_id=partner_id).order_by("name", "pk"):
        count = AccountCount(row.seats, row.seats_at_peak, row.mark, row.own_peak, row.own_peak_cycle)
        at_peak, own_peak = share_of(count, cycle)
        if row.state == "live" or at_peak or own_peak:
            yield _Counted(row, row.seats, at_peak, own_peak)


def _frozen(scope: Scope, frame: CycleFrame) -> Iterator[_Counted]:
    """`seats` are those of now: what a frozen cycle ended with by account is not kept."""
    shares = scope.rows(CycleShare).filter(cycle_id=frame.cycle_id or 0).filter(Q(seats__gt=0) | Q(own_peak__gt=0))
    for share in shares.select_related("account").order_by("account__name", "account_id"):
        yield _Counted(share.account, share.account.seats, share.seats, share.own_peak)


def running_trials(scope: Scope, partner_id: int, *, now: datetime) -> list[TrialUse]:
    """The partner's trials that have not ended, the one that ends first at the top."""
    rows = scope.rows(Account).filter(partner_id=partner_id, state="trial", internal=False)
    rows = rows.filter(Q(trial_ends_at__gt=now) | Q(trial_ends_at__isnull=True) | Q(activation_due_at__gt=now))
    return [
        TrialUse(row.name, row.public_id, row.active_members, row.trial_ends_at, row.activation_due_at)
        for row in rows.order_by("trial_ends_at", "name", "pk")
    ]
