"""Take the partner's lock for an act on somebody of its team, and read who it is."""

from __future__ import annotations

from pleamar.actions.lock_meters import lock_meter
from pleamar.models import TeamMember
from pleamar.rules.refusals import Refused


def lock_team(partner_id: int, person_id: int) -> TeamMember:
    """The person, while this transaction holds the partner's lock. Refuses `person_unknown`."""
    lock_meter(partner_id)
    person = TeamMember.unscoped.select_related("user").filter(partner_id=partner_id, pk=person_id).first()
    if person is None:
        raise Refused("person_unknown")
    return person


def refuse_last_owner(person: TeamMember) -> None:
    """Refuse `last_owner` for the only owner that a team has: nobody could let anybody in any more."""
    owners = TeamMember.unscoped.filter(partner_id=person.partner_id, role="owner")
    if person.role == "owner" and not owners.exclude(pk=person.pk).exists():
        raise Refused("last_owner", email=person.user.email)
