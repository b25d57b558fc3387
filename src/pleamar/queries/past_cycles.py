"""A partner's cycles that are over, the newest first, with what became of them (rule M12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from pleamar.models import Cycle, Partner
from pleamar.queries.partners import standing
from pleamar.queries.scopes import Scope
from pleamar.rules.cycles import is_shadow, local_date
from pleamar.rules.money import Money
from pleamar.rules.peak import EndedCycle


@dataclass(frozen=True, slots=True)
class PastCycle:
    """A cycle that is over. `net` is None until it is closed, `invoice` where nothing was invoiced."""

    cycle_start: datetime
    cycle_end: datetime
    timezone: str
    peak: int
    peak_at: datetime
    unit_price: Decimal | None
    net: Money | None
    invoice: str | None
    shadow: bool

    @property
    def start_day(self) -> date:
        """The local day on which it started."""
        return local_date(self.cycle_start, self.timezone)


class PastCycles(NamedTuple):
    """Some of the cycles, and how many there are of them all."""

    rows: tuple[PastCycle, ...]
    total: int


def past_cycles(scope: Scope, partner_id: int, *, now: datetime, first: int = 0, most: int | None = None) -> PastCycles:
    """At `most` so many of them from the one that has `first` before it, in a fixed number of queries."""
    partner = scope.rows(Partner).select_related("meter").get(pk=partner_id)
    stands = standing(partner, now)
    last = None if most is None else first + most
    # Of a closed partner the last cycle is no past one: it is what its page shows.
    unfrozen = [] if stands.ended else [_unfrozen(cycle, partner) for cycle in reversed(stands.unfrozen)]
    cycles = scope.rows(Cycle).filter(partner_id=partner_id, index__lt=partner.meter.index)
    found = cycles.select_related("statement__invoice").order_by("-index")
    since, until = max(first - len(unfrozen), 0), None if last is None else max(last - len(unfrozen), 0)
    rows = (*unfrozen[first:last], *(_closed(cycle) for cycle in found[since:until]))
    return PastCycles(rows, len(unfrozen) + cycles.count())


def _closed(cycle: Cycle) -> PastCycle:
    statement = getattr(cycle, "statement", None)
    invoice = getattr(statement, "invoice", None)
    return PastCycle(
        *(cycle.starts_at, cycle.ends_at, cycle.timezone, cycle.peak, cycle.peak_at),
        unit_price=statement.unit_price if statement else None,
        net=Money(statement.net, statement.currency) if statement else None,
        invoice=invoice.number if invoice else None,
        shadow=bool(statement and statement.shadow),
    )


def _unfrozen(cycle: EndedCycle, partner: Partner) -> PastCycle:
    # Only the first of them began under the meter's own zone (rule M8).
    terms = partner.meter if cycle.index == partner.meter.index else partner
    return PastCycle(
        *(cycle.starts_at, cycle.ends_at, terms.timezone, cycle.peak, cycle.peak_at),
        unit_price=None,
        net=None,
        invoice=None,
        shadow=is_shadow(cycle.starts_at, partner.invoiced_from),
    )
