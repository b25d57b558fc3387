"""One customer of a partner: how it stands, and what was done with it (rules M20, M21, M22, M24)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Account, AuditEvent, DenyEntry, SeatBatch, SeatLogEntry
from pleamar.queries.customers import CustomerRow, find_customers
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with all that its page tells.

    `own_limit` is the one that the partner sets, beside a trial's `trial_limit`; `trial_ended_at` is
    when its trial ends or ended, also of one that is closed or live. `blocked_because` and the moments are
    those of sign-in being blocked, of billing being stopped, of its closing. The account manager is the vendor's person
    for the partner, empty where none is named.
    """

    row: CustomerRow
    created_at: datetime
    closed_at: datetime | None
    own_limit: int | None
    trial_limit: int | None
    trial_ended_at: datetime | None
    blocked_at: datetime | None
    blocked_because: str
    stopped_at: datetime | None
    denied: int
    manager_name: str
    manager_contact: str

    @property
    def billable(self) -> bool:
        """Whether its active users are billed."""
        return self.row.state == "live" and not self.row.internal


@dataclass(frozen=True, slots=True)
class PastAct:
    """Something that was done with a customer: `act` as the audit trail calls it, or `open`, `close`, `reopen`."""

    at: datetime
    act: str
    actor: str
    reason: str


def find_customer(scope: Scope, partner_id: int, public_id: str) -> Customer:
    """The partner's monthly customer of that public id. Refuses `account_unknown` for any other; three queries."""
    (row,) = find_customers(scope, partner_id, [public_id])
    account = scope.rows(Account).select_related("partner").get(pk=row.id)
    return Customer(
        row=row,
        created_at=account.created_at,
        closed_at=account.closed_at,
        own_limit=account.member_limit,
        trial_limit=account.trial_member_limit if row.is_trial else None,
        trial_ended_at=account.trial_ends_at,
        blocked_at=account.suspended_at,
        blocked_because=account.suspended_because,
        stopped_at=account.billing_stopped_at,
        denied=scope.rows(DenyEntry).filter(account_id=row.id).count(),
        manager_name=account.partner.manager_name,
        manager_contact=account.partner.manager_contact,
    )


def last_acts(
    scope: Scope, partner_id: int, customer: Customer, acts: Collection[str], *, most: int = 10
) -> list[PastAct]:
    """The last things that were done with the customer itself, the newest first; of the audit trail only `acts`.

    Its opening, closing and reopening stand in the seat log, all else in the audit trail. Three queries.
    """
    events = scope.rows(AuditEvent).filter(partner_id=partner_id, subject=customer.row.public_id, act__in=acts)
    told = [PastAct(event.at, event.act, event.actor, event.reason) for event in events.order_by("-at", "-pk")[:most]]
    activated = {act.at for act in told if act.act == "activate trial"}
    turns = scope.rows(SeatLogEntry).filter(account_id=customer.row.id, member_id__isnull=True)
    states = list(turns.order_by("-at", "-pk").values_list("at", "state", "batch_id")[:most])
    batches = scope.rows(SeatBatch).in_bulk([batch_id for *_, batch_id in states])
    for at, state, batch_id in states:
        if at not in activated:
            act = "close" if state == "closed" else "open" if at == customer.created_at else "reopen"
            told.append(PastAct(at, act, batches[batch_id].actor, batches[batch_id].reason))
    return sorted(told, key=lambda act: act.at, reverse=True)[:most]
