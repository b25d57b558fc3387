"""Charges: found by their public id, and listed with what they are for and what happens to them next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Charge, ChargeAllocation
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class FoundCharge:
    """A charge, by its public id. `provider_id` is its payment's; None before it was created there."""

    id: int
    public_id: str
    partner_id: int
    state: str
    amount: Money
    provider: str
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge and the invoices that it is for, also when it was given up.

    `due_at`: when it is driven next; None once it is settled. `problem`: what a person has to look at (a dispute
    too), why it was withdrawn, and why the last driver got no further; or nothing.
    """

    public_id: str
    partner: str
    planned_at: datetime
    currency: str
    amount: Money
    state: str
    invoices: tuple[str, ...]
    decline_code: str
    due_at: datetime | None
    problem: str


def find_charge(scope: Scope, public_id: str) -> FoundCharge:
    """The charge of this public id (`chg_…`). Refuses `charge_unknown`, also when another scope has it."""
    uid = from_public(Charge.public_prefix, public_id)
    charge = scope.rows(Charge).select_related("card").filter(uid=uid).first() if uid else None
    if charge is None:
        raise Refused("charge_unknown", charge=public_id)
    return FoundCharge(
        id=charge.pk,
        public_id=charge.public_id,
        partner_id=charge.partner_id,
        state=charge.state,
        amount=Money(charge.amount, charge.currency),
        provider=charge.card.provider,
        provider_id=charge.provider_id,
    )


def charges(scope: Scope, partner_name: str | None = None, *, also_unsent: bool = False) -> list[ChargeRow]:
    """The charges in scope, or one partner's, in the order in which they were planned. Refuses `partner_unknown`.

    Those that were withdrawn before anything was sent are of no interest, unless `also_unsent`.
    """
    found, parts = scope.rows(Charge), scope.rows(ChargeAllocation)
    if not also_unsent:
        found = found.exclude(state="canceled", decline_class="withdrawn", create_attempt=0)
    if partner_name is not None:
        partner_id = find_partner(scope, partner_name).id
        found, parts = found.filter(partner_id=partner_id), parts.filter(partner_id=partner_id)
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    for charge_id, number in parts.order_by("invoice__sequence").values_list("charge_id", "invoice__number"):
        numbers[charge_id].append(number)
    return [
        ChargeRow(
            public_id=charge.public_id,
            partner=charge.partner.name,
            planned_at=charge.planned_at,
            currency=charge.currency,
            amount=Money(charge.amount, charge.currency),
            state=charge.state,
            invoices=tuple(numbers[charge.pk]),
            decline_code="" if charge.decline_class == "withdrawn" else charge.decline_code,
            due_at=charge.due_at,
            problem="; ".join(_problems(charge)),
        )
        for charge in found.select_related("partner").prefetch_related("disputes").order_by("planned_at", "pk")
    ]


def _problems(charge: Charge) -> list[str]:
    told = charge.problem.splitlines()
    if charge.decline_class == "withdrawn":
        told.append(f"withdrawn: {charge.decline_code.replace('_', ' ')}")
    told += [f"dispute {dispute.state}" for dispute in charge.disputes.all()]
    return [*told, charge.stuck_because] if charge.stuck_because else told
