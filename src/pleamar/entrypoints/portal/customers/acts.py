"""What can be done with a customer, what each act would do, and doing it (rules M20, M22, M26)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

from pleamar.actions.cancel_activation import cancel_activation
from pleamar.actions.close_account import close_account
from pleamar.actions.do_as_shown import do_as_shown
from pleamar.actions.reopen_account import reopen_account
from pleamar.actions.restore_account import restore_account
from pleamar.actions.resume_billing import BillingResumed, resume_billing
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.entrypoints.portal.customers.named_customer import named_customer
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries import account_effects as effects
from pleamar.queries.account_effects import MoneyEffects
from pleamar.queries.account_states import state_while_open
from pleamar.queries.customer import Customer
from pleamar.rules.causes import Cause
from pleamar.rules.shown import shown_name
from pleamar.wiring.clock import clock

CustomerAct: TypeAlias = Literal["block", "restore", "stop", "resume", "close", "reopen", "cancel"]
ACTS: Final[tuple[CustomerAct, ...]] = get_args(CustomerAct)

_EFFECTS: Final[dict[CustomerAct, effects.Act]] = {
    "block": "suspend",
    "restore": "restore",
    "stop": "stop billing",
    "close": "close",
    "reopen": "reopen",
}


@dataclass(frozen=True, slots=True)
class ActEffects:
    """What an act would do, now: the users that it takes from those billed (below zero) or adds, and the money.

    `active` are the customer's active users; `resumed` names who comes back with billing and who does not;
    `reopens_as` is what a closed customer was before.
    """

    users: int
    active: int
    money: MoneyEffects
    resumed: BillingResumed | None = None
    reopens_as: str = ""

    @property
    def shown(self) -> str:
        """The same as long as what the act does is the same: its users, the peak, and every amount."""
        return shown_name([self.users, self.active, self._comes_back, self.reopens_as, self.money.shown])

    @property
    def _comes_back(self) -> list[object]:
        if self.resumed is None:
            return []
        change = self.resumed.change
        return [change.activated, change.denied, change.over_limit, self.resumed.gone, self.resumed.kept_out]


def possible_acts(customer: Customer) -> list[CustomerAct]:
    """What can be done with the customer as it stands."""
    row = customer.row
    if row.state == "closed":
        return ["reopen"]
    acts: list[CustomerAct] = ["restore" if row.blocked else "block"]
    if row.activation_due_at is not None:
        acts.append("cancel")
    if row.billing_stopped:
        acts.append("resume")
    elif customer.billable:
        acts.append("stop")
    return [*acts, "close"]


def act_effects(viewer: Viewer, customer: Customer, act: CustomerAct, cause: Cause) -> ActEffects:
    """Nothing is kept of what is worked out. Refuses what the act would."""
    scope, partner_id, row = viewer.scope, viewer.partner_id, customer.row
    if act == "resume":
        would = resume_billing(partner_id, row.id, cause=cause, clock=clock(), preview=True)
        moves = {row.id: would.change.activated}
        money = effects.members_effects(scope, partner_id, moves, now=viewer.now)
        return ActEffects(would.change.activated if customer.billable else 0, row.active_members, money, resumed=would)
    if act == "cancel":
        money = effects.money_effects(scope, partner_id, 0, waiting=-row.active_members, now=viewer.now)
        return ActEffects(0, row.active_members, money)
    told = effects.account_effects(scope, row.id, _EFFECTS[act], now=viewer.now)
    was = state_while_open(scope, partner_id, row.id) or "live" if act == "reopen" else ""
    return ActEffects(told.seats, told.active_members, told.money, reopens_as=was)


def do_act(viewer: Viewer, customer: Customer, act: CustomerAct, cause: Cause, *, shown: str) -> ActEffects:
    """Do it, if it does what was shown under that name. Refuses `changed_since_shown` and what the act does."""

    def look() -> ActEffects:
        at_last = replace(viewer, now=clock()())  # whoever had the lock before may have kept it for long
        return act_effects(at_last, named_customer(at_last, customer.row.public_id), act, cause)

    told, _ = do_as_shown(viewer.partner_id, shown, look=look, do=lambda _: _do(viewer, customer, act, cause))
    return told


def _do(viewer: Viewer, customer: Customer, act: CustomerAct, cause: Cause) -> None:
    partner_id, number, now = viewer.partner_id, customer.row.id, clock()
    if act == "block":
        suspend_account(partner_id, number, cause=cause, clock=now)
    elif act == "restore":
        restore_account(partner_id, number, cause=cause, clock=now)
    elif act == "stop":
        stop_billing(partner_id, number, cause=cause, clock=now)
    elif act == "resume":
        resume_billing(partner_id, number, cause=cause, clock=now)
    elif act == "close":
        close_account(partner_id, number, cause=cause, clock=now)
    elif act == "reopen":
        reopen_account(partner_id, number, cause=cause, clock=now)
    else:
        cancel_activation(partner_id, number, cause=cause, now=viewer.now)
