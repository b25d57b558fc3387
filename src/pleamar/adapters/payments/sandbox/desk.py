"""The sandbox's customers and cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from pleamar.adapters.payments.sandbox.cards import behaviour_of, details
from pleamar.adapters.payments.sandbox.memory import Sandbox, identity
from pleamar.ports.payments import CardDetails, CustomerDetails, GatewayRefused, Setup
from pleamar.ports.stores import KeptRecord

# A page on which nobody enters a card is closed after this long.
_PAGE_IS_OPEN: Final = timedelta(hours=24)


class Desk(Sandbox):
    """A `CardDesk`. Its pages are played by `enter_card` and `expire_setup`."""

    def open_customer(self, details: CustomerDetails, *, key: str) -> str:
        """See `CardDesk`."""
        asked = {"reference": details.reference, "name": details.name, "email": details.email}

        def open_one(_: object) -> str:
            return self.store.add_record(
                KeptRecord("customer", identity("cus", key), "", asked, self.clock())
            ).reference

        return self._keyed("open_customer", key, asked, open_one, (str, str))

    def begin_setup(
        self, customer: str, *, currency: str, return_to: str, metadata: Mapping[str, str], key: str
    ) -> Setup:
        """See `CardDesk`."""
        asked = {"customer": customer, "currency": currency, "return_to": return_to, "metadata": dict(metadata)}

        def begin(_: object) -> str:
            if self.store.record("customer", customer) is None:
                raise GatewayRefused("customer_unknown")
            content = {**asked, "status": "open", "card": None}
            return self.store.add_record(
                KeptRecord("setup", identity("cs", key), customer, content, self.clock())
            ).reference

        return self._setup(self._open_or_not(self._keyed("begin_setup", key, asked, begin, (str, str))))

    def retrieve_setup(self, reference: str) -> Setup:
        """See `CardDesk`."""
        return self._answered("retrieve_setup", lambda: self._setup(self._open_or_not(reference)))

    def retrieve_card(self, reference: str) -> CardDetails | None:
        """See `CardDesk`."""
        return self._answered("retrieve_card", lambda: self._card(reference))

    def detach_card(self, reference: str) -> None:
        """See `CardDesk`."""
        told = self._event("payment_method.detached", "card", reference)
        self._answered("detach_card", lambda: self.store.forget_card(reference, along=[told]))

    def enter_card(self, setup_id: str, number: str) -> CardDetails:
        """The customer enters a test number on the page of this setup, and leaves it.

        Refuses `card_number_unknown`, `setup_unknown`, and `setup_closed` for a page that is no longer open.
        """
        behaviour, before = behaviour_of(number), self._open_or_not(setup_id)
        reference = identity("pm", f"{setup_id}:{behaviour}")
        after = replace(before, content={**before.content, "status": "complete", "card": reference})
        told = self._event("checkout.session.completed", "setup", setup_id)
        if before.content["status"] == "open":
            self.store.add_card(reference, before.parent, behaviour)
        if before.content["status"] != "open" or not self.store.replace_record(before, after, along=[told]):
            raise GatewayRefused("setup_closed")
        return self._known_card(reference)

    def expire_setup(self, setup_id: str) -> Setup:
        """Nobody entered a card on the page of this setup. Refuses `setup_unknown` and `setup_closed`."""
        before = self._open_or_not(setup_id)
        if before.content["status"] != "open":
            raise GatewayRefused("setup_closed")
        return self._setup(self._expired(before))

    def register_card(self, number: str, customer: str) -> CardDetails:
        """A test card of this customer, who is made too, without a page. Refuses `card_number_unknown`."""
        behaviour = behaviour_of(number)
        digits = "".join(character for character in number if not character.isspace())
        self.store.add_record(KeptRecord("customer", customer, "", {"reference": customer}, self.clock()))
        reference = identity("pm", f"{customer}:{digits}")
        self.store.add_card(reference, customer, behaviour)
        return self._known_card(reference)

    def _open_or_not(self, setup_id: str) -> KeptRecord:
        """The setup; one whose page was open too long is closed first."""
        kept = self.store.record("setup", setup_id)
        if kept is None:
            raise GatewayRefused("setup_unknown")
        if kept.content["status"] == "open" and self.clock() - kept.created_at >= _PAGE_IS_OPEN:
            return self._expired(kept)
        return kept

    def _expired(self, before: KeptRecord) -> KeptRecord:
        after = replace(before, content={**before.content, "status": "expired"})
        told = self._event("checkout.session.expired", "setup", before.reference)
        if self.store.replace_record(before, after, along=[told]):
            return after
        return self.store.record("setup", before.reference) or after

    def _setup(self, kept: KeptRecord) -> Setup:
        content = kept.content
        return Setup(
            id=kept.reference,
            status=content["status"],
            customer=kept.parent,
            metadata=content["metadata"],
            address=f"{self.address}/setups/{kept.reference}" if content["status"] == "open" else None,
            card=self._known_card(content["card"]) if content["card"] else None,
        )

    def _card(self, reference: str) -> CardDetails | None:
        card = self.store.card(reference)
        return None if card is None or card.forgotten else details(card, self.clock())

    def _known_card(self, reference: str) -> CardDetails:
        """What may be shown of a card, also of one that was forgotten since."""
        card = self.store.card(reference)
        if card is None:
            raise GatewayRefused("card_unknown", card_is_to_blame=True)
        return details(card, self.clock())
