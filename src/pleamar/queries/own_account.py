"""One account as its own administrator sees it: who is active, how many may be, and what keeps everybody out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, cast

from pleamar.models import Account, Standing
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, member_limit

# Why nobody there can sign in; empty: they can.
Barred: TypeAlias = Literal["", "closed", "suspended", "trial_expired", "partner_suspended"]


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """An account without anything of what it costs. `limit` None: there is none; `trial_ends_at` only of a trial."""

    id: int
    public_id: str
    name: str
    state: AccountState
    active: int
    limit: int | None
    trial_ends_at: datetime | None
    barred: Barred
    partner: str
    partner_closed: bool

    @property
    def room(self) -> int | None:
        """How many more may be active; None: any number."""
        return None if self.limit is None else max(self.limit - self.active, 0)


def find_own_account(scope: Scope, partner_id: int, public_id: str, *, now: datetime) -> OwnAccount:
    """The partner's account of that public id. Refuses `account_unknown`."""
    uid = from_public(Account.public_prefix, public_id)
    rows = scope.rows(Account).select_related("partner").filter(partner_id=partner_id)
    found = rows.filter(uid=uid).first() if uid else None
    if found is None:
        raise Refused("account_unknown", account=public_id)
    blocked = scope.rows(Standing).filter(partner_id=partner_id, state="suspended").exists()
    state = cast("AccountState", found.state)
    return OwnAccount(
        id=found.pk,
        public_id=found.public_id,
        name=found.name,
        state=state,
        active=found.active_members,
        limit=member_limit(state, found.member_limit, found.trial_member_limit),
        trial_ends_at=found.trial_ends_at if state == "trial" else None,
        barred=_barred(found, now, partner_suspended=blocked),
        partner=found.partner.name,
        partner_closed=found.partner.closed_at is not None,
    )


def _barred(found: Account, now: datetime, *, partner_suspended: bool) -> Barred:
    if found.state == "closed":
        return "closed"
    if found.suspended_at is not None:
        return "suspended"
    if found.state == "trial" and found.trial_ends_at is not None and found.trial_ends_at <= now:
        return "trial_expired"
    return "partner_suspended" if partner_suspended and found.model == "monthly" else ""
