"""A partner's charges as it reads them: a page at a time, the newest first; and those that go on at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, Min, OuterRef, QuerySet

from pleamar.models import Charge, ChargeAllocation
from pleamar.queries.scopes import Scope
from pleamar.rules.charging import SETTLED
from pleamar.rules.money import Money
from pleamar.rules.public_ids import from_public

# What is driven on by itself within moments, as opposed to what waits for a bank, its customer, or a person.
_MOVING: Final = ("planned", "creating", "ready", "confirming", "failed")


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A charge. `decline_code` is the provider's, `next_attempt` when its invoices are tried again after it.

    `until`: a payment that waits for its cardholder is given up then. `disputed` is the state of a dispute, or empty.
    """

    public_id: str
    planned_at: datetime
    settled_at: datetime | None
    amount: Money
    card: str
    state: str
    decline_class: str
    decline_code: str
    invoices: tuple[str, ...]
    next_attempt: datetime | None
    action_since: datetime | None
    disputed: str

    @property
    def is_moving(self) -> bool:
        """Whether how it ends is known in a moment."""
        return self.state in _MOVING


def charge_count(scope: Scope, partner_id: int) -> int:
    """How many charges the list has."""
    return _told(scope, partner_id).count()


def charge_lines(scope: Scope, partner_id: int, *, first: int, rows: int) -> list[ChargeLine]:
    """So many charges from the `first`th on, counted from 1, the newest first; in four queries."""
    start = max(first - 1, 0)
    return _lines(scope, _told(scope, partner_id).order_by("-planned_at", "-pk")[start : start + rows])


def charges_under_way(scope: Scope, partner_id: int) -> list[ChargeLine]:
    """The charges that are not settled, the oldest first."""
    return _lines(scope, _told(scope, partner_id).exclude(state__in=SETTLED).order_by("planned_at", "pk"))


def named_charges(scope: Scope, partner_id: int, public_ids: Iterable[str]) -> list[ChargeLine]:
    """Those of the partner's charges that are named; whatever is none, or another's, is left out."""
    uids = [uid for text in public_ids if (uid := from_public(Charge.public_prefix, text)) is not None]
    found = scope.rows(Charge).filter(partner_id=partner_id, uid__in=uids)
    return _lines(scope, found.order_by("planned_at", "pk"))


def _told(scope: Scope, partner_id: int) -> QuerySet[Charge]:
    """Those that were withdrawn before anything was sent are of no interest."""
    mine = scope.rows(Charge).filter(partner_id=partner_id)
    return mine.exclude(state="canceled", decline_class="withdrawn", create_attempt=0)


def _lines(scope: Scope, found: QuerySet[Charge]) -> list[ChargeLine]:
    rows = list(found.select_related("card").prefetch_related("disputes"))
    parts = scope.rows(ChargeAllocation).filter(charge_id__in=[row.pk for row in rows])
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for charge_id, number in parts.order_by("invoice__issued_at", "invoice_id").values_list(
        "charge_id", "invoice__number"
    ):
        numbers[charge_id].append(number)
    # An invoice is tried again only while it is open and nothing else collects it; that is told of its last charge.
    later = scope.rows(ChargeAllocation).filter(invoice_id=OuterRef("invoice_id"), charge_id__gt=OuterRef("charge_id"))
    again = parts.filter(~Exists(later), invoice__state="open", live=False, invoice__next_attempt_at__isnull=False)
    tried = dict(again.values("charge_id").annotate(at=Min("invoice__next_attempt_at")).values_list("charge_id", "at"))
    return [
        ChargeLine(
            public_id=row.public_id,
            planned_at=row.planned_at,
            settled_at=row.settled_at,
            amount=Money(row.amount, row.currency),
            card=f"{row.card.brand} ···· {row.card.last4}",
            state=row.state,
            decline_class=row.decline_class,
            decline_code=row.decline_code,
            invoices=tuple(numbers[row.pk]),
            next_attempt=tried.get(row.pk) if row.state in ("failed", "canceled") else None,
            action_since=row.action_since,
            disputed=next((one.state for one in row.disputes.all()), ""),
        )
        for row in rows
    ]
