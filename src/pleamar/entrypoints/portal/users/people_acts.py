"""What can be done with users, many at a time: worked out before it is done, and done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, get_args

from pleamar.actions.change_seats import SeatChange
from pleamar.actions.choose_people import Who
from pleamar.actions.delete_people import delete_people
from pleamar.actions.deny_people import deny_people
from pleamar.actions.do_as_shown import do_as_shown
from pleamar.actions.move_people import move_people
from pleamar.actions.switch_people import switch_people
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_effects import MoneyEffects, members_effects
from pleamar.queries.customers import CustomerRow
from pleamar.queries.people import PeopleFilter, PersonRef, people_meant, people_named
from pleamar.rules.shown import shown_name
from pleamar.wiring.clock import clock

PeopleAct: TypeAlias = Literal["activate", "deactivate", "move", "deny", "delete"]
PEOPLE_ACTS: Final[tuple[PeopleAct, ...]] = get_args(PeopleAct)


@dataclass(frozen=True, slots=True)
class PeopleEffects:
    """What an act does: to how many of those `chosen` (`changed`), who is left out and why, and to the money.

    `customers` is how many of those chosen each customer has.
    """

    act: PeopleAct
    chosen: Sequence[PersonRef]
    changed: int
    money: MoneyEffects
    left_out: SeatChange | None = None
    there: int = 0
    target: CustomerRow | None = None
    customers: Mapping[str, int] = field(default_factory=dict)

    @property
    def unchanged(self) -> int:
        """How many are so already; those that are left out are told apart."""
        out = len(self.left_out.denied) + len(self.left_out.over_limit) if self.left_out else 0
        return len(self.chosen) - self.changed - out

    @property
    def shown(self) -> str:
        """The same as long as the act is: who is chosen and how they stand, who is left out, where to, and the bill."""
        out = [self.left_out.denied, self.left_out.over_limit, self.left_out.kept_out] if self.left_out else []
        who = sorted((one.public_id, one.active) for one in self.chosen)
        target = self.target.public_id if self.target else ""
        return shown_name([self.act, who, self.changed, out, self.there, target, self.money.shown])


def chosen_people(viewer: Viewer, who: Who) -> list[PersonRef]:
    """Those meant, as they stand; who was deleted meanwhile is left out."""
    if isinstance(who, PeopleFilter):
        return people_meant(viewer.scope, who)
    return people_named(viewer.scope, viewer.partner_id, who)


def people_effects(
    viewer: Viewer, act: PeopleAct, who: Who, chosen: Sequence[PersonRef], target: CustomerRow | None
) -> PeopleEffects:
    """Worked out, and nothing kept. `target`: where they move to. Refuses what the act would."""
    changed, left_out, there = 0, None, 0
    moves: Counter[int] = Counter()
    cause, partner_id = viewer.cause("portal"), viewer.partner_id
    if act == "activate":
        left_out = switch_people(
            *(partner_id, who), active=True, confirmed=None, cause=cause, clock=clock(), preview=True
        )
        out = {*left_out.denied, *left_out.over_limit}
        comes = [one for one in chosen if not one.active and (one.account_id, one.email) not in out]
        changed, moves = len(comes), Counter(one.account_id for one in comes)
    elif act == "deny":
        for account_id, change in deny_people(
            *(partner_id, who), confirmed=None, cause=cause, clock=clock(), preview=True
        ).items():
            changed += len(change.added)
            moves[account_id] -= len(change.deactivated)
    elif act == "move" and target is not None:
        moved = move_people(*(partner_id, who, target.id), confirmed=None, cause=cause, clock=clock(), preview=True)
        there = moved.there
        for account_id, one in moved.moves.items():
            changed += one.moved
            moves[account_id] -= one.change.deactivated
            moves[target.id] += one.activated
    else:
        goes = [one for one in chosen if one.active]
        changed = len(chosen) if act in ("delete", "move") else len(goes)
        if act != "move":
            moves.subtract(one.account_id for one in goes)
    money = members_effects(viewer.scope, partner_id, moves, now=viewer.now)
    customers = Counter(one.customer for one in chosen)
    return PeopleEffects(act, chosen, changed, money, left_out, there, target, customers)


def do_people_act(
    viewer: Viewer, act: PeopleAct, who: Who, target: CustomerRow | None, *, reason: str, shown: str
) -> tuple[PeopleEffects, SeatChange | None]:
    """Done to those who were shown under that name, and to nobody else. The answer's change names who is left out.

    Refuses `changed_since_shown`, and as the act does.
    """

    def look() -> PeopleEffects:
        at_last = replace(viewer, now=clock()())  # whoever had the lock before may have kept it for long
        return people_effects(at_last, act, who, chosen_people(at_last, who), target)

    return do_as_shown(viewer.partner_id, shown, look=look, do=lambda told: _do(viewer, told, who, reason=reason))


def _do(viewer: Viewer, told: PeopleEffects, who: Who, *, reason: str) -> SeatChange | None:
    cause, confirmed, partner_id = viewer.cause("portal", reason=reason), len(told.chosen), viewer.partner_id
    if told.act == "delete":
        delete_people(partner_id, who, confirmed=confirmed, cause=cause, clock=clock())
        return None
    if told.act == "deny":
        deny_people(partner_id, who, confirmed=confirmed, cause=cause, clock=clock())
        return None
    if told.act == "move":
        target_id = told.target.id if told.target else 0
        move_people(partner_id, who, target_id, confirmed=confirmed, cause=cause, clock=clock())
        return None
    active = told.act == "activate"
    return switch_people(partner_id, who, active=active, confirmed=confirmed, cause=cause, clock=clock())
