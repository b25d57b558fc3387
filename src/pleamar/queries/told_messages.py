"""What a written message tells whom, from its row: all that its words are made of."""

from __future__ import annotations

import base64
from typing import Final, NamedTuple

from pleamar.models import OutboxMessage, Seller
from pleamar.ports.mail import PERSONAL_TOPICS, STAFF_TOPICS, Brand, MailUndelivered, Message, Picture
from pleamar.queries.settings import current_settings

_LOGO: Final = "logo@pleamar"


class House(NamedTuple):
    """What the vendor has set of its mails."""

    brand: Brand
    staff_language: str


def message_told(message: OutboxMessage, house: House) -> Message:
    """What is told to whom. Raises MailUndelivered, for good, where there is nobody to tell.

    The vendor's staff read it in their own language and zone, not in those of the partner that it is about.
    """
    if message.topic in PERSONAL_TOPICS:
        return _told_to_one(message, house)
    partner = message.partner
    if partner is None:
        raise MailUndelivered("it is about no partner", for_good=True)
    for_staff = message.topic in STAFF_TOPICS
    to = partner.seller.email if for_staff else message.recipient or partner.email
    if not to:
        raise MailUndelivered(f"the {'seller' if for_staff else 'partner'} has no e-mail address", for_good=True)
    return Message(
        id=message.public_id,
        topic=message.topic,
        facts=message.facts,
        written_at=message.written_at,
        to=to,
        partner=partner.name,
        language=house.staff_language if for_staff else message.language or partner.language,
        timezone=partner.seller.timezone if for_staff else partner.timezone,
        seller=partner.seller.name,
        manager=partner.manager_name,
        manager_contact=partner.manager_contact,
        brand=house.brand,
    )


def _told_to_one(message: OutboxMessage, house: House) -> Message:
    """What is told to one person, who may belong to no partner; nobody else ever gets it."""
    if not message.recipient:
        raise MailUndelivered("it is for nobody", for_good=True)
    partner = message.partner
    seller = partner.seller if partner else Seller.objects.get(is_default=True)
    return Message(
        id=message.public_id,
        topic=message.topic,
        facts=message.facts,
        written_at=message.written_at,
        to=message.recipient,
        partner=partner.name if partner else "",
        language=message.language or (partner.language if partner else house.staff_language),
        timezone=partner.timezone if partner else seller.timezone,
        seller=seller.name,
        brand=house.brand,
    )


def house_of_mails() -> House:
    """As it is set now."""
    settings = current_settings()
    logo = base64.b64decode(settings.brand_logo)
    picture = Picture(_LOGO, "png" if logo.startswith(b"\x89PNG") else "jpeg", logo) if logo else None
    return House(Brand(settings.brand_name, settings.brand_accent, picture), settings.staff_language)
