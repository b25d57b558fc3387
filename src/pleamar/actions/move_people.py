"""Move people, of one customer or of several, to another customer: the count does not rise by it (rule M6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from pleamar.actions.choose_people import Who, by_account, choose_people
from pleamar.actions.move_members import MembersMove, move_members
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class PeopleMove:
    """Account id → what moved, or would move, out of it. `there` are those chosen who are in the target already."""

    moves: dict[int, MembersMove]
    there: int


def move_people(
    partner_id: int,
    who: Who,
    target_id: int,
    *,
    confirmed: int | None,
    cause: Cause,
    clock: Clock,
    preview: bool = False,
) -> PeopleMove:
    """Everybody chosen to the target, all or none; who is there already stays. With `preview` nothing is kept.

    Refuses what `choose_people` and `move_members` do; `move_to_same_account` if all of them are there.
    """
    with transaction.atomic():
        chosen = choose_people(partner_id, who, confirmed=confirmed)
        emails = by_account(chosen)
        there = len(emails.pop(target_id, []))
        if not emails:
            raise Refused("move_to_same_account")
        moves = {
            source_id: move_members(partner_id, source_id, target_id, theirs, cause=cause, clock=clock)
            for source_id, theirs in emails.items()
        }
        transaction.set_rollback(preview)
    return PeopleMove(moves, there)
