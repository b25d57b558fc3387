"""Open the provider's page on which a partner enters a card."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import CardSetup, GatewayCustomer, Installation, Partner
from pleamar.ports.payments import CardDesk, CustomerDetails
from pleamar.rules.causes import Cause


def begin_card_setup(partner_id: int, desk: CardDesk, *, return_to: str, cause: Cause, now: datetime) -> str:
    """The page's address; the customer comes back to `return_to`, and the card is put on file when that is told.

    The partner is made known to the provider before its first card. Everything is written before it is asked for, so
    that asking again after a lost answer makes nothing twice. Raises as `CardDesk` does; nothing is lost then.
    """
    partner = Partner.unscoped.get(pk=partner_id)
    refuse_open_transaction()
    customer = _customer(partner, desk)
    setup = CardSetup.unscoped.create(partner=partner, provider=desk.provider, opened_at=now)
    record_act("open card page", setup.public_id, cause=cause, at=now, partner_id=partner.pk)
    opened = desk.begin_setup(
        customer,
        currency=partner.currency,
        return_to=return_to,
        metadata={"setup": str(setup.uid), "installation": str(Installation.objects.get().uid)},
        key=f"{setup.uid}:setup",
    )
    CardSetup.unscoped.filter(pk=setup.pk).update(provider_reference=opened.id)
    return opened.address or return_to


def _customer(partner: Partner, desk: CardDesk) -> str:
    known = GatewayCustomer.unscoped.filter(partner=partner, provider=desk.provider).first()
    if known is None:
        details = CustomerDetails(partner.public_id, partner.legal_name or partner.name, partner.email)
        reference = desk.open_customer(details, key=f"{partner.uid}:customer")
        known, _ = GatewayCustomer.unscoped.get_or_create(
            partner=partner, provider=desk.provider, defaults={"reference": reference}
        )
    return known.reference
