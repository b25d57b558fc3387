"""Add a person who gets a partner's mails about billing, in the place of the partner's own address."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import BillingRecipient
from pleamar.rules.causes import Cause
from pleamar.rules.languages import checked_language
from pleamar.rules.names import checked_name
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email

MOST_RECIPIENTS: Final = 20


def add_recipient(
    partner_id: int,
    email: str,
    *,
    cause: Cause,
    now: datetime,
    name: str = "",
    language: str = "",
    new_only: bool = False,
) -> BillingRecipient:
    """The recipient, told of in `language` (empty: the partner's).

    An address that is there already, in capitals or not, gets this name and language; the same again changes nothing.
    With `new_only` it is refused: `recipient_there`. Refuses `email_invalid`, `name_invalid`, `language_unknown` and
    `too_many_recipients`.
    """
    email, name = checked_email(email), checked_name(name) if name else ""
    language = checked_language(language) if language else ""
    with transaction.atomic():
        lock_meter(partner_id)
        theirs = BillingRecipient.unscoped.filter(partner_id=partner_id)
        recipient = theirs.filter(email=email).first()
        if recipient is None:
            if theirs.count() >= MOST_RECIPIENTS:
                raise Refused("too_many_recipients", most=MOST_RECIPIENTS)
            recipient = BillingRecipient(partner_id=partner_id, email=email, added_at=now)
        elif new_only:
            raise Refused("recipient_there", email=email)
        elif (recipient.name, recipient.language) == (name, language):
            return recipient
        recipient.name, recipient.language = name, language
        recipient.save()
        facts = {"email": email, "name": name, "language": language}
        record_act("add recipient", recipient.public_id, cause=cause, at=now, partner_id=partner_id, **facts)
        return recipient
