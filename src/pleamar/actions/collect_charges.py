"""Collect everything that is due, one charge after the other: what the console and a sandbox's clock do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.actions.collect_charge import collect_charge
from pleamar.actions.lease_charge import Leasing
from pleamar.actions.pause_collection import refuse_paused
from pleamar.actions.plan_due_charges import plan_due_charges
from pleamar.models import Charge
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import PaymentGateway
from pleamar.queries.due_charges import due_charges
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a run did with the charges it drove.

    `canceled` were withdrawn before any money moved, because of a hold, a credit or another card; what they were for is
    planned anew. `waiting` are with the provider or the cardholder; `unanswered` are left for a later run.
    """

    planned: int
    succeeded: int
    declined: int
    canceled: int
    waiting: int
    unanswered: int


def collect_charges(
    gateway: PaymentGateway, *, now: datetime, leasing: Leasing, partner_id: int | None = None, jobs: Jobs = NOBODY
) -> CollectReport:
    """Plan what is owed and can be charged, and drive every charge that is due; of one partner, or of all.

    It ends when nothing new is due: an invoice whose charge was withdrawn gets its next one in the same run. Refuses
    `collection_paused`.
    """
    refuse_paused()
    planned, driven = 0, dict[int, Charge]()
    while True:
        planned += plan_due_charges(now=now, partner_id=partner_id, jobs=jobs)
        waiting = [number for number in due_charges(Scope(partner_id), now) if number not in driven]
        if not waiting:
            break
        driven |= {number: collect_charge(number, gateway, now=now, leasing=leasing, jobs=jobs) for number in waiting}
    return _report(planned, list(driven.values()))


def _report(planned: int, driven: list[Charge]) -> CollectReport:
    succeeded = sum(charge.state == "succeeded" for charge in driven)
    canceled = sum(charge.state == "canceled" for charge in driven)
    withdrawn = sum(charge.state == "canceled" and charge.decline_class == "withdrawn" for charge in driven)
    waiting = sum(charge.state in ("processing", "action_required") for charge in driven)
    left = len(driven) - succeeded - canceled - waiting
    return CollectReport(planned, succeeded, canceled - withdrawn, withdrawn, waiting, left)
