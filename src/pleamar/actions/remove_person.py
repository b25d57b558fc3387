"""Take somebody out of a partner's team: they are signed out everywhere, and cannot sign in again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.end_access import end_access
from pleamar.actions.lock_team import lock_team, refuse_last_owner
from pleamar.actions.record_act import record_act
from pleamar.actions.withdraw_invitations import withdraw_invitations
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def remove_person(partner_id: int, person_id: int, *, cause: Cause, now: datetime, leaving: bool = False) -> str:
    """The address of who was removed. `leaving`: they know that it is themself whom they remove.

    What they invited is withdrawn.

    Refuses `person_unknown`, `last_owner` and `removing_yourself`.
    """
    with transaction.atomic():
        person = lock_team(partner_id, person_id)
        email = person.user.email
        if email == cause.actor and not leaving:
            raise Refused("removing_yourself")
        refuse_last_owner(person)
        told = {"email": email, "role": person.role}
        record_act("remove person", person.public_id, cause=cause, at=now, partner_id=partner_id, **told)
        withdraw_invitations(partner_id, person.user_id, cause=cause, now=now)
        person.delete()
        end_access(person.user)
        return email
