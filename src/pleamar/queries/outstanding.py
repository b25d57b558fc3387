"""What a partner owes, and what of it a new card is charged at once (rules M13, M16, M27)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple

from pleamar.models import ChargeAllocation, Invoice, PartnerCredit
from pleamar.queries.scopes import Scope
from pleamar.rules.collecting import Part, apply_credit, charges
from pleamar.rules.collecting import total as sum_of
from pleamar.rules.money import Money

# A charge in these cannot be withdrawn any more: another card is not charged for what it collects.
_GOES_ON: Final = ("confirming", "processing", "succeeded")


@dataclass(frozen=True, slots=True)
class OwedInvoice:
    """An open invoice. `charge` is the state of its charge under way, or empty; `next_attempt`: when it is tried again.

    `held`: staff hold it, so it is neither charged nor ageing.
    """

    number: str
    issued_at: datetime
    issue_date: date
    amount: Money
    held: bool
    charge: str
    next_attempt: datetime | None


@dataclass(frozen=True, slots=True)
class ChargeToBe:
    """A charge that a new card would get: its amount, and the invoices that it is for, the oldest first."""

    amount: Money
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """All open invoices, the oldest first, and their sum a currency.

    `at_once` is what a new card is charged, after `credit` was used; `waits` is too little to be charged by itself and
    goes with the next charge; `held` and `under_way` stay as they are.
    """

    invoices: tuple[OwedInvoice, ...]
    total: tuple[Money, ...]
    at_once: tuple[ChargeToBe, ...]
    credit: tuple[Money, ...]
    waits: tuple[Money, ...]
    held: tuple[Money, ...]
    under_way: tuple[Money, ...]

    @property
    def card_is_tried(self) -> bool:
        """Whether something waits for a further try of the card that was declined."""
        return any(one.next_attempt for one in self.invoices)

    @property
    def retry(self) -> Retry | None:
        """The earliest further try; with it goes whatever else is due by then."""
        free = [one for one in self.invoices if not one.held and not one.charge]
        at = min((one.next_attempt for one in free if one.next_attempt), default=None)
        if at is None:
            return None
        return Retry(at, _sums(one for one in free if one.next_attempt is None or one.next_attempt <= at))


class Retry(NamedTuple):
    """The next try of a card that was declined: when, and what it is charged then, one amount a currency."""

    at: datetime
    amounts: tuple[Money, ...]


class _Row(NamedTuple):
    id: int
    owed: OwedInvoice


def outstanding(scope: Scope, partner_id: int) -> Outstanding:
    """What the partner owes now, in three queries (one where it owes nothing)."""
    opened = scope.rows(Invoice).filter(partner_id=partner_id, state="open").order_by("currency", "issued_at", "pk")
    found = list(opened)
    if not found:
        return Outstanding((), (), (), (), (), (), ())
    live = scope.rows(ChargeAllocation).filter(
        partner_id=partner_id, live=True, invoice_id__in=[one.pk for one in found]
    )
    states = dict(live.values_list("invoice_id", "charge__state"))
    balances = dict(scope.rows(PartnerCredit).filter(partner_id=partner_id).values_list("currency", "balance"))
    rows = [_Row(one.pk, _owed(one, states.get(one.pk, ""))) for one in found]
    at_once: list[ChargeToBe] = []
    credit: list[Money] = []
    waits: list[Money] = []
    for currency, group in groupby(rows, key=lambda row: row.owed.amount.currency):
        free = [row for row in group if not row.owed.held and row.owed.charge not in _GOES_ON]
        planned, used, small = _to_be_charged(free, balances.get(currency, 0), currency)
        at_once += planned
        credit += [used] if used else []
        waits += [small] if small else []
    owed = [row.owed for row in rows]
    return Outstanding(
        invoices=tuple(sorted(owed, key=lambda one: one.issued_at)),
        total=_sums(owed),
        at_once=tuple(at_once),
        credit=tuple(credit),
        waits=tuple(waits),
        held=_sums(one for one in owed if one.held),
        under_way=_sums(one for one in owed if not one.held and one.charge in _GOES_ON),
    )


def _owed(invoice: Invoice, charge: str) -> OwedInvoice:
    return OwedInvoice(
        number=invoice.number,
        issued_at=invoice.issued_at,
        issue_date=invoice.issue_date,
        amount=Money(invoice.outstanding, invoice.currency),
        held=invoice.held_at is not None,
        charge=charge,
        next_attempt=None if charge else invoice.next_attempt_at,
    )


def _to_be_charged(free: Sequence[_Row], balance: int, currency: str) -> tuple[list[ChargeToBe], Money, Money]:
    """The charges, what credit pays before them, and what is too little for one."""
    owed = [Part(row.id, row.owed.amount.minor) for row in free]
    used = {part.invoice: part.amount for part in apply_credit(balance, owed)}
    left = [Part(part.invoice, rest) for part in owed if (rest := part.amount - used.get(part.invoice, 0))]
    planned = charges(left, currency)
    numbers = {row.id: row.owed.number for row in free}
    to_be = [
        ChargeToBe(Money(sum_of(parts), currency), tuple(numbers[part.invoice] for part in parts)) for parts in planned
    ]
    small = 0 if planned else sum_of(left)
    return to_be, Money(sum(used.values()), currency), Money(small, currency)


def _sums(owed: Iterable[OwedInvoice]) -> tuple[Money, ...]:
    """One amount a currency, by its code."""
    sums: dict[str, Money] = {}
    for one in owed:
        currency = one.amount.currency
        sums[currency] = sums[currency] + one.amount if currency in sums else one.amount
    return tuple(sums[currency] for currency in sorted(sums))
