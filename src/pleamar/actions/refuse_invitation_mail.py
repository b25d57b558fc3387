"""Refuse one more mail of an invitation where there were enough: nobody is mailed over and over in our name."""

from __future__ import annotations

from datetime import datetime

from pleamar.models import OutboxMessage
from pleamar.models.outbox import INVITING
from pleamar.rules.invitations import MAILED_WITHIN, MOST_OF_PARTNER, MOST_TO_ADDRESS
from pleamar.rules.refusals import Refused


def refuse_invitation_mail(email: str, partner_id: int, *, now: datetime) -> None:
    """Refuses `invitation_mails_to_address` and `invitation_mails_of_partner` for what this partner wrote within a day.

    What others wrote counts as well; but of them a partner learns nothing: that is an `address_not_invited`. Two
    partners at one moment may both write the last one.
    """
    lately = OutboxMessage.unscoped.filter(topic__in=INVITING, written_at__gt=now - MAILED_WITHIN)
    to_address = lately.filter(recipient=email)
    if to_address.filter(partner_id=partner_id).count() >= MOST_TO_ADDRESS:
        raise Refused("invitation_mails_to_address", email=email, most=MOST_TO_ADDRESS)
    if to_address.count() >= MOST_TO_ADDRESS:
        raise Refused("address_not_invited", email=email)
    if lately.filter(partner_id=partner_id).count() >= MOST_OF_PARTNER:
        raise Refused("invitation_mails_of_partner", most=MOST_OF_PARTNER)
