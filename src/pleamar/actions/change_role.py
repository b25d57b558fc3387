"""Change what somebody of a partner's team is, and whether they see prices."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_team import lock_team, refuse_last_owner
from pleamar.actions.record_act import record_act
from pleamar.actions.withdraw_invitations import withdraw_invitations
from pleamar.models import TeamMember
from pleamar.rules.causes import Cause
from pleamar.rules.roles import invited_as


def change_role(
    partner_id: int, person_id: int, role: str, *, sees_prices: bool, cause: Cause, now: datetime
) -> TeamMember:
    """The person as they are from now on; an owner sees prices always, and the same again changes nothing.

    What somebody invited who is an owner no longer is withdrawn.

    Refuses `person_unknown`, `role_unknown` and `last_owner`.
    """
    wanted = invited_as(role, of_account=False)
    sees = sees_prices or wanted == "owner"
    with transaction.atomic():
        person = lock_team(partner_id, person_id)
        before = (person.role, person.sees_prices)
        if before == (wanted, sees):
            return person
        if wanted != "owner":
            refuse_last_owner(person)
        person.role, person.sees_prices = wanted, sees
        person.save(update_fields=["role", "sees_prices"])
        record_act(
            "change role",
            person.public_id,
            cause=cause,
            at=now,
            partner_id=partner_id,
            email=person.user.email,
            role_before=before[0],
            role=wanted,
            sees_prices_before=before[1],
            sees_prices=sees,
        )
        if wanted != "owner":
            withdraw_invitations(partner_id, person.user_id, cause=cause, now=now)
        return person
