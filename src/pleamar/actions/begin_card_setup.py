"""Open the provider's page on which a partner enters a card."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import CardSetup, GatewayCustomer, Installation, Partner
from pleamar.ports.payments import CardDesk, CustomerDetails, GatewayFailed, GatewayRefused, KeyConflict, Setup
from pleamar.rules.causes import Cause

# Pages are open for 24 hours; of one that is shown again enough has to be left.
_PAGE_IS_FRESH: Final = timedelta(hours=20)
# Keys may be forgotten after 24 hours.
_KEY_IS_KNOWN: Final = timedelta(hours=23)
# After these the same key would give the same answer for ever: the next try needs another.
_KEY_IS_SPENT: Final = (GatewayFailed, GatewayRefused, KeyConflict)


def begin_card_setup(partner_id: int, desk: CardDesk, *, return_to: str, cause: Cause, now: datetime) -> str:
    """The page's address; the customer comes back to `return_to`, and the card is put on file when that is told.

    A page of the last 20 hours on which nobody has entered a card is shown again, and leads back where it then did. The
    partner is made known to the provider before its first card. What is asked for is written before it is sent, so that
    after a lost answer it is asked for with the same key and nothing is made twice; after an answer that would be
    repeated for that key (a 500, a refusal), the next try has a new one. Raises GatewayUnreachable, GatewayFailed and
    GatewayRefused; nothing is lost then.
    """
    partner = Partner.unscoped.get(pk=partner_id)
    refuse_open_transaction()
    customer = _customer(partner, desk)
    address = _open_page(partner, desk, now)
    if address is not None:
        return address
    setup, is_new = _setup(partner, desk, cause, now)
    while True:
        try:
            opened = _begun(setup, customer, desk, return_to)
        except _KEY_IS_SPENT as failed:
            # Nobody can have been told the address of a page that it may have opened.
            CardSetup.unscoped.filter(pk=setup.pk, provider_reference=None).update(state="expired")
            if not isinstance(failed, KeyConflict):
                raise
            if is_new:
                raise _conflict(failed) from failed
            # It was asked for otherwise before, such as with another address to come back to.
            setup, is_new = _setup(partner, desk, cause, now)
        else:
            return opened.address or return_to


def _customer(partner: Partner, desk: CardDesk) -> str:
    known = _frozen_customer(partner, desk.provider)
    if known.reference is not None:
        return known.reference
    mine = GatewayCustomer.unscoped.filter(pk=known.pk, reference=None)
    try:
        details = CustomerDetails(**known.request)
        reference = desk.open_customer(details, key=f"{partner.uid}:customer:{known.attempt}")
    except _KEY_IS_SPENT as failed:
        mine.filter(attempt=known.attempt).update(attempt=known.attempt + 1, request={})
        if isinstance(failed, KeyConflict):
            raise _conflict(failed) from failed
        raise
    if mine.update(reference=reference):
        return reference
    return GatewayCustomer.unscoped.values_list("reference", flat=True).get(pk=known.pk) or reference


def _frozen_customer(partner: Partner, provider: str) -> GatewayCustomer:
    """The partner as the provider knows it, or is to be asked for it: in the words of the first try of this attempt."""
    with transaction.atomic():
        lock_meter(partner.pk)
        known, _ = GatewayCustomer.unscoped.get_or_create(partner=partner, provider=provider)
        if known.reference is None and not known.request:
            name = partner.legal_name or partner.name
            known.request = {"reference": partner.public_id, "name": name, "email": partner.email}
            known.save(update_fields=["request"])
    return known


def _open_page(partner: Partner, desk: CardDesk, now: datetime) -> str | None:
    """The address of a page that was opened lately and still waits for a card."""
    lately = CardSetup.unscoped.filter(
        partner=partner, provider=desk.provider, state="open", opened_at__gt=now - _PAGE_IS_FRESH
    )
    setup = lately.exclude(provider_reference=None).order_by("-pk").first()
    if setup is None or setup.provider_reference is None:
        return None
    try:
        told = desk.retrieve_setup(setup.provider_reference)
    except GatewayRefused:
        return None
    return told.address if told.status == "open" else None


def _setup(partner: Partner, desk: CardDesk, cause: Cause, now: datetime) -> tuple[CardSetup, bool]:
    """What a page is asked for with, and whether it is new: one whose answer was lost is taken up again."""
    with transaction.atomic():
        lock_meter(partner.pk)
        waiting = CardSetup.unscoped.filter(
            partner=partner, provider=desk.provider, state="open", provider_reference=None
        )
        setup = waiting.filter(opened_at__gt=now - _KEY_IS_KNOWN).order_by("-pk").first()
        if setup is not None:
            return setup, False
        setup = CardSetup.unscoped.create(partner=partner, provider=desk.provider, opened_at=now)
        record_act("open card page", setup.public_id, cause=cause, at=now, partner_id=partner.pk)
        return setup, True


def _begun(setup: CardSetup, customer: str, desk: CardDesk, return_to: str) -> Setup:
    opened = desk.begin_setup(
        customer,
        currency=setup.partner.currency,
        return_to=return_to,
        metadata={"setup": str(setup.uid), "installation": str(Installation.objects.get().uid)},
        key=f"{setup.uid}:setup",
    )
    # Open again where another, who asked for it otherwise at this moment, has just given it up.
    CardSetup.unscoped.filter(pk=setup.pk, provider_reference=None).update(provider_reference=opened.id, state="open")
    return opened


def _conflict(conflict: KeyConflict) -> GatewayFailed:
    return GatewayFailed(f"it knew the key for another request; the next try has a new one {conflict}".rstrip())
