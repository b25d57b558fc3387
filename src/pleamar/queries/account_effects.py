"""What an act on an account, or on a whole partner, does to the money: told before it is done (rules M12, M17, M22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias, cast

from django.db.models import Sum
from django.db.models.functions import Coalesce

from pleamar.models import Account, Partner
from pleamar.queries.account_states import state_while_open
from pleamar.queries.partners import standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules import peak
from pleamar.rules.cycles import is_shadow, local_date
from pleamar.rules.money import Money
from pleamar.rules.prices import price
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel, is_billable
from pleamar.rules.shown import shown_name

Act: TypeAlias = Literal["suspend", "restore", "stop billing", "close", "reopen"]


@dataclass(frozen=True, slots=True)
class MoneyEffects:
    """A partner's seats, and the peak and the cost of its running cycle, before an act and after it.

    The act happens at once; a peak that was reached stays until `cycle_end` (rule M17). `next_…` is what the cycle
    that starts then costs if nothing else changes, with the trials that are to go live with it (rule M20). Amounts
    are net of tax; None where no price book is in force. `shadow`: the running cycle is priced and not invoiced.
    `timezone` is that of the running cycle, in which its end is a date (rule M8).
    """

    seats_before: int
    seats_after: int
    peak_before: int
    peak_after: int
    cycle_end: datetime
    this_before: Money | None
    this_after: Money | None
    next_before: Money | None
    next_after: Money | None
    shadow: bool
    timezone: str

    @property
    def shown(self) -> str:
        """A name for all of it: by another one, a yes to figures that are out of date is known."""
        return shown_name(astuple(self))

    @property
    def changes_nothing(self) -> bool:
        """Whether no seat comes or goes, so that every bill stays as it would have been."""
        return (self.seats_before, self.next_before) == (self.seats_after, self.next_after)


@dataclass(frozen=True, slots=True)
class AccountEffects:
    """What an act on an account does: to whom, and to its partner's money.

    `seats` are those that it takes from the count (below zero) or brings; `billed`: its members are seats now.
    """

    account: str
    act: Act
    model: BillingModel
    billed: bool
    active_members: int
    seats: int
    money: MoneyEffects


def account_effects(scope: Scope, account_id: int, act: Act, *, now: datetime) -> AccountEffects:
    """The effects of the act, were it done at `now`; nothing is written.

    Refuses what the act would: `account_unknown`, `account_is_closed` and `account_not_billed` (stop billing),
    `partner_closed` (reopen).
    """
    account = scope.rows(Account).filter(pk=account_id).select_related("partner").first()
    if account is None:
        raise Refused("account_unknown", account=account_id)
    delta = _seats_moved(scope, account, act)
    dropped = account.active_members if act == "close" and account.activation_due_at is not None else 0
    money = money_effects(scope, account.partner_id, delta, waiting=-dropped, now=now)
    billed, model = _is_billed(account, account.state), cast("BillingModel", account.model)
    return AccountEffects(account.name, act, model, billed, account.active_members, delta, money)


def members_effects(scope: Scope, partner_id: int, moves: Mapping[int, int], *, now: datetime) -> MoneyEffects:
    """What it does to the partner's money if so many more members (or fewer: below zero) are active: account id → them.

    Those of a trial that is to go live are none of this cycle's seats, and are the next one's (rule M20).
    """
    seats = waiting = 0
    for account in scope.rows(Account).filter(partner_id=partner_id, pk__in=moves):
        if _is_billed(account, account.state):
            seats += moves[account.pk]
        elif account.activation_due_at is not None:
            waiting += moves[account.pk]
    return money_effects(scope, partner_id, seats, waiting=waiting, now=now)


def _seats_moved(scope: Scope, account: Account, act: Act) -> int:
    """The seats that the act brings, or below zero takes."""
    closed = account.state == "closed"
    if act == "close":
        return -account.seats
    if act == "reopen":
        if account.partner.closed_at is not None:
            raise Refused("partner_closed")
        was = state_while_open(scope, account.partner_id, account.pk) if closed else None
        return account.active_members if was is not None and _is_billed(account, was) else 0
    if closed:
        raise Refused("account_is_closed", account=account.name)
    if act == "stop billing":
        if not _is_billed(account, account.state):
            raise Refused("account_not_billed", account=account.name)
        return -account.seats
    return 0


def _is_billed(account: Account, state: str) -> bool:
    """Whether the account's members are seats when it is in that state."""
    model, state_named = cast("BillingModel", account.model), cast("AccountState", state)
    return is_billable(model, state_named, internal=account.internal)


def money_effects(
    scope: Scope, partner_id: int, delta: int, *, now: datetime, waiting: int = 0, closing: bool = False
) -> MoneyEffects:
    """What it does to the partner's money if its seats change by `delta` at `now`.

    `waiting`: so many more or fewer members are in trials that go live with the next cycle. With `closing` the partner
    is closed: its running cycle is the last one, and no other costs anything (rule M26).
    """
    partner = scope.rows(Partner).select_related("meter").get(pk=partner_id)
    stands = standing(partner, now)
    before, books = stands.meter, price_books(scope, [partner_id])
    after = peak.step(before, peak.stamp(before, now), delta) if delta else before
    scheduled = scope.rows(Account).filter(partner_id=partner_id, activation_due_at__isnull=False)
    coming: int = scheduled.aggregate(members=Coalesce(Sum("active_members"), 0))["members"]
    is_last = stands.ended or partner.meter.ends_with_cycle

    def cost(currency: str, day: date, seats: int) -> Money | None:
        version = books.applicable(partner_id, currency, day)
        return price(version, seats).total if version else None

    def this_cycle(count: int) -> Money | None:
        return cost(stands.currency, local_date(before.starts_at, stands.timezone), count)

    def next_cycle(count: int, *, none: bool) -> Money | None:
        if none:
            return Money(0, partner.currency)
        return cost(partner.currency, local_date(before.ends_at, partner.timezone), count)

    return MoneyEffects(
        seats_before=before.seats,
        seats_after=after.seats,
        peak_before=before.peak,
        peak_after=after.peak,
        cycle_end=before.ends_at,
        this_before=this_cycle(before.peak),
        this_after=this_cycle(after.peak),
        next_before=next_cycle(before.seats + coming, none=is_last),
        next_after=next_cycle(after.seats + coming + waiting, none=is_last or closing),
        shadow=is_shadow(before.starts_at, partner.invoiced_from),
        timezone=stands.timezone,
    )
