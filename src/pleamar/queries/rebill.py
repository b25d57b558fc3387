"""What a partner bills its customers for a period, against what they cost it (docs/decisions/0023)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from pleamar.models import Account, CycleShare, Partner, ResaleTerms
from pleamar.queries.account_counts import account_counts
from pleamar.queries.price_books import price_books
from pleamar.queries.rebill_periods import CycleFrame, Month, Periods, end_of_day, rebill_periods
from pleamar.queries.scopes import Scope
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.peak import AccountCount, share_of
from pleamar.rules.prices import price
from pleamar.rules.rebill import (
    Counting,
    RebillLine,
    RebillTotals,
    SellPrice,
    Use,
    cost_shares,
    rebill_line,
    rebill_totals,
)


@dataclass(frozen=True, slots=True)
class RebillRow:
    """A customer's."""

    public_id: str
    customer: str
    reference: str
    product_code: str
    price: SellPrice | None
    line: RebillLine


@dataclass(frozen=True, slots=True)
class Bill:
    """What the partner itself is billed: `cycle`'s net amount. `final` once it has its statement; until then it is what
    the peak so far comes to, None where no price book applies.
    """

    cycle: CycleFrame
    net: Money | None
    final: bool


@dataclass(frozen=True, slots=True)
class Rebill:
    """The period counted in one way. `peak` is the partner's in the period, first reached at `peak_at`.

    `found`: the period is the one that was asked for, not the running cycle in its stead. `day`, from `first_day` to
    `last_day`, is the one at whose end users are counted on a date; `day_is_inside`: the one that was asked for is.
    `bill` is what costs are of: the cycle's own, or that of the cycle that ended in the month; None: there is none.
    `currency` is that of the bill or, without one, of the running cycle.
    """

    periods: Periods
    period: CycleFrame | Month
    found: bool
    counting: Counting
    first_day: date
    last_day: date
    day: date
    day_is_inside: bool
    peak: int
    peak_at: datetime
    bill: Bill | None
    rows: tuple[RebillRow, ...]
    totals: RebillTotals
    currency: str

    @property
    def is_now(self) -> bool:
        """Whether what is counted on the date is what there is now, for the day is not over."""
        return self.period.running and self.day == self.last_day


class _Counted(NamedTuple):
    """The partner's peak in a period, and each account's use of it."""

    peak: int
    peak_at: datetime
    uses: dict[int, Use]


_NO_USE: Final = Use(0, 0, 0)


def rebill(
    scope: Scope, partner_id: int, name: str, counting: Counting, day: date | None = None, *, now: datetime
) -> Rebill:
    """The period called `name` (as in `Periods.named`), by default the running cycle, counted so; `day` matters only
    when users are counted on a date, and is by default the period's last, or today. A fixed number of queries.

    Customers with neither users nor cost are left out. Sell prices are those of now.
    """
    accounts = list(scope.rows(Account).filter(partner_id=partner_id).select_related("partner__meter", "resale_terms"))
    # Beside its accounts the meter is of one moment with their counts.
    partner = accounts[0].partner if accounts else scope.rows(Partner).select_related("meter").get(pk=partner_id)
    periods = rebill_periods(scope, partner, now=now)
    found = periods.named(name)
    period = found or periods.cycles[0]
    first, last = local_date(period.starts_at, period.timezone), _last_day(period, now)
    is_inside = day is None or first <= day <= last
    on = day if day is not None and is_inside else last
    moment = end_of_day(on, period.timezone) if counting == "date" else None
    counted = _counted(scope, partner_id, accounts, period, moment)
    bill, costs = _billed(scope, partner_id, accounts, periods, period)
    rows = tuple(
        _row(account, counted.uses.get(account.pk, _NO_USE), counting, costs)
        for account in sorted(accounts, key=lambda one: (one.name.casefold(), one.pk))
        if counted.uses.get(account.pk, _NO_USE) != _NO_USE or (costs and costs.get(account.pk))
    )
    return Rebill(
        *(periods, period, found is not None or not name, counting, first, last, on, is_inside),
        *(counted.peak, counted.peak_at, bill, rows, rebill_totals([row.line for row in rows])),
        currency=(bill.cycle if bill else periods.cycles[0]).currency,
    )


def _last_day(period: CycleFrame | Month, now: datetime) -> date:
    """The last day of it that there is already."""
    return local_date(now, period.timezone) if period.running else period.last_day


def _counted(
    scope: Scope, partner_id: int, accounts: Sequence[Account], period: CycleFrame | Month, moment: datetime | None
) -> _Counted:
    """From what is kept of a cycle; of a month, or at a `moment`, from the log."""
    if moment is None and isinstance(period, CycleFrame):
        return _Counted(period.peak, period.peak_at, _kept(scope, partner_id, accounts, period))
    counts = account_counts(scope, partner_id, period.starts_at, period.ends_at, moment=moment)
    return _Counted(counts.peak, counts.peak_at, counts.uses)


def _kept(scope: Scope, partner_id: int, accounts: Sequence[Account], cycle: CycleFrame) -> dict[int, Use]:
    if isinstance(cycle.kept_as, int):
        shares = scope.rows(CycleShare).filter(partner_id=partner_id, cycle_id=cycle.kept_as)
        kept = shares.values_list("account_id", "seats", "own_peak")
        return {account: Use(share, own_peak, 0) for account, share, own_peak in kept}
    uses: dict[int, Use] = {}
    for account in accounts:
        count = AccountCount(
            account.seats, account.seats_at_peak, account.mark, account.own_peak, account.own_peak_cycle
        )
        uses[account.pk] = Use(*share_of(count, cycle.kept_as), on_date=0)
    return uses


def _billed(
    scope: Scope, partner_id: int, accounts: Sequence[Account], periods: Periods, period: CycleFrame | Month
) -> tuple[Bill | None, dict[int, Money] | None]:
    """What costs are of, and each account's part of it; None where that is not known."""
    cycle = period if isinstance(period, CycleFrame) else periods.billed_in(period)
    if cycle is None:
        return None, None
    net = cycle.net if cycle.net is not None else _priced(scope, partner_id, cycle)
    bill = Bill(cycle, net, final=cycle.net is not None)
    if net is None:
        return bill, None
    uses = _kept(scope, partner_id, accounts, cycle)
    return bill, cost_shares(net, {account: use.share for account, use in uses.items()})


def _priced(scope: Scope, partner_id: int, cycle: CycleFrame) -> Money | None:
    version = price_books(scope, [partner_id]).applicable(partner_id, cycle.currency, cycle.first_day)
    return None if version is None else price(version, cycle.peak).total


def _row(account: Account, use: Use, counting: Counting, costs: dict[int, Money] | None) -> RebillRow:
    terms: ResaleTerms | None = getattr(account, "resale_terms", None)
    price_each = None
    if terms is not None and terms.unit_price is not None:
        price_each = SellPrice(terms.unit_price, terms.currency)
    cost = None
    if costs is not None:
        cost = costs.get(account.pk, Money(0, next(iter(costs.values())).currency) if costs else None)
    return RebillRow(
        public_id=account.public_id,
        customer=account.name,
        reference=terms.reference if terms else "",
        product_code=terms.product_code if terms else "",
        price=price_each,
        line=rebill_line(use, counting, price_each, cost),
    )
