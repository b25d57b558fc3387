"""What an act on an account, or on a whole partner, does to the money: told before it is done (rules M12, M17, M22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from pleamar.models import Account, Partner, SeatLogEntry
from pleamar.queries.partners import standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules import peak
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.prices import price
from pleamar.rules.refusals import Refused

Act: TypeAlias = Literal["suspend", "restore", "stop billing", "close", "reopen"]


@dataclass(frozen=True, slots=True)
class MoneyEffects:
    """A partner's seats, and the peak and the cost of its running cycle, before an act and after it.

    The act happens at once; a peak that was reached stays until `cycle_end` (rule M17). `next_…` is what the cycle
    that starts then costs if nothing else changes. Amounts are net of tax; None where no price book is in force.
    `shadow`: the running cycle is priced and not invoiced.
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

    @property
    def changes_nothing(self) -> bool:
        """Whether no seat comes or goes, so that every bill stays as it would have been."""
        return (self.seats_before, self.next_before) == (self.seats_after, self.next_after)


@dataclass(frozen=True, slots=True)
class AccountEffects:
    """What an act on an account does: to whom, and to its partner's money.

    `seats` are those that it takes from the count (below zero) or brings.
    """

    account: str
    act: Act
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
    money = money_effects(scope, account.partner_id, delta, now=now)
    return AccountEffects(account.name, act, account.active_members, delta, money)


def _seats_moved(scope: Scope, account: Account, act: Act) -> int:
    """The seats that the act brings, or below zero takes."""
    closed = account.state == "closed"
    if act == "close":
        return -account.seats
    if act == "reopen":
        if account.partner.closed_at is not None:
            raise Refused("partner_closed")
        return account.active_members if closed and _was_billed(scope, account) else 0
    if closed:
        raise Refused("account_is_closed", account=account.name)
    if act == "stop billing":
        if account.model != "monthly" or account.state != "live" or account.internal:
            raise Refused("account_not_billed", account=account.name)
        return -account.seats
    return 0


def money_effects(scope: Scope, partner_id: int, delta: int, *, now: datetime, closing: bool = False) -> MoneyEffects:
    """What it does to the partner's money if its seats change by `delta` at `now`.

    With `closing` the partner is closed: its running cycle is the last one, and no other costs anything (rule M26).
    """
    partner = scope.rows(Partner).select_related("meter").get(pk=partner_id)
    stands = standing(partner, now)
    before, books = stands.meter, price_books(scope, [partner_id])
    after = peak.step(before, peak.stamp(before, now), delta) if delta else before
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
        next_before=next_cycle(before.seats, none=is_last),
        next_after=next_cycle(after.seats, none=is_last or closing),
        shadow=partner.invoiced_from is None or before.starts_at < partner.invoiced_from,
    )


def _was_billed(scope: Scope, account: Account) -> bool:
    """Whether its members were seats before it was closed."""
    # By the partner and the time too: nothing of the account is older than itself, and that is how the log is indexed.
    told = scope.rows(SeatLogEntry).filter(
        partner_id=account.partner_id, at__gte=account.created_at, account_id=account.pk, member__isnull=True
    )
    last = told.exclude(state="closed").order_by("-at", "-id").values_list("state", flat=True).first()
    return last == "live" and account.model == "monthly" and not account.internal
