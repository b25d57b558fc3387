"""Put a card on file that was entered on the provider's page."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import CardSetup, GatewayCustomer, Installation
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import CardDesk, Setup
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused

_ENTERED: Final = Cause(actor="partner", means="card page")


def complete_card_setup(reference: str, desk: CardDesk, *, now: datetime, jobs: Jobs = NOBODY) -> CardSetup | None:
    """The setup as it is now; None for one that is not ours. Completing it twice adds the card once.

    Called when the provider tells of it and when the customer comes back, whoever is first. `reference` is its id
    there, or what an event of subject `setup` names. Refuses `card_unknown` when it was entered by another customer.
    """
    refuse_open_transaction()
    told = desk.retrieve_setup(reference)
    setup = _ours(told, desk.provider)
    if setup is None or setup.state != "open" or told.status == "open":
        return setup
    if told.status == "complete" and told.card is not None:
        if not GatewayCustomer.unscoped.filter(
            partner_id=setup.partner_id, provider=desk.provider, reference=told.card.customer
        ).exists():
            raise Refused("card_unknown")
        # Twice at once is as good as once: the same card again changes nothing that counts.
        add_payment_method(setup.partner_id, told.card, provider=desk.provider, cause=_ENTERED, now=now, jobs=jobs)
    setup.state = told.status
    setup.provider_reference = setup.provider_reference or told.id
    setup.save(update_fields=["state", "provider_reference"])
    return setup


def _ours(told: Setup, provider: str) -> CardSetup | None:
    if told.metadata.get("installation") != str(Installation.objects.get().uid):
        return None
    same = Q(provider_reference=told.id)
    with suppress(ValueError):
        same |= Q(uid=UUID(told.metadata.get("setup", "")))
    return CardSetup.unscoped.filter(same, provider=provider).first()
