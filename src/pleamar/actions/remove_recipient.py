"""Let somebody get a partner's mails about billing no longer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import BillingRecipient
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email


def remove_recipient(partner_id: int, email: str, *, cause: Cause, now: datetime) -> None:
    """Where nobody is left, mails go to the partner's own address again. Refuses `email_invalid`, `recipient_unknown`.

    What is written to them already is still sent: it was theirs to know.
    """
    email = checked_email(email)
    with transaction.atomic():
        lock_meter(partner_id)
        recipient = BillingRecipient.unscoped.filter(partner_id=partner_id, email=email).first()
        if recipient is None:
            raise Refused("recipient_unknown", email=email)
        record_act("remove recipient", recipient.public_id, cause=cause, at=now, partner_id=partner_id, email=email)
        recipient.delete()
