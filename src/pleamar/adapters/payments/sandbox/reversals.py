"""What happens to the sandbox's payments after they succeeded: disputes and refunds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pleamar.adapters.payments.sandbox.memory import Sandbox, identity
from pleamar.ports.payments import Dispute, GatewayRefused, Refund
from pleamar.ports.stores import KeptIntent, KeptRecord
from pleamar.rules.money import Money


class Reversals(Sandbox):
    """Played by whoever tries things out: `dispute`, `close_dispute`, `refund`. Asked for by the rest of Pleamar."""

    def dispute(self, intent_id: str, minor: int | None = None) -> Dispute:
        """The cardholder's bank takes `minor` units back, or the whole, until it is decided.

        Refuses `intent_not_succeeded`, and `amount_too_large` for more than is left of the payment.
        """
        kept = self._given(intent_id, "dispute", minor)
        amount = kept.intent.amount.minor if minor is None else minor
        number = len(list(self.store.records("dispute", parent=intent_id)))
        reference = identity("dp", f"{intent_id}:{number}")
        content = {"amount": amount, "currency": kept.intent.amount.currency, "status": "open"}
        made = KeptRecord("dispute", reference, intent_id, content, self.clock())
        return _dispute(
            self.store.add_record(made, along=[self._event("charge.dispute.created", "dispute", reference)])
        )

    def close_dispute(self, dispute_id: str, *, won: bool) -> Dispute:
        """It is decided: `won` leaves the money with the vendor. Refuses `dispute_unknown` and `dispute_closed`."""
        before = self._dispute(dispute_id)
        after = replace(before, content={**before.content, "status": "won" if won else "lost"})
        told = self._event("charge.dispute.closed", "dispute", dispute_id)
        if before.content["status"] != "open" or not self.store.replace_record(before, after, along=[told]):
            raise GatewayRefused("dispute_closed")
        return _dispute(after)

    def refund(self, intent_id: str, minor: int) -> Refund:
        """Somebody gives `minor` units back at the provider. Refuses as `dispute` does."""
        kept = self._given(intent_id, "refund", minor)
        number = len(list(self.store.records("refund", parent=intent_id)))
        content = {"amount": minor, "currency": kept.intent.amount.currency}
        made = KeptRecord("refund", identity("re", f"{intent_id}:{number}"), intent_id, content, self.clock())
        return _refund(self.store.add_record(made, along=[self._event("charge.refunded", "refund", intent_id)]))

    def retrieve_dispute(self, reference: str) -> Dispute:
        """See `ProviderEvents`."""
        return self._answered("retrieve_dispute", lambda: _dispute(self._dispute(reference)))

    def list_refunds(self, intent_id: str) -> Iterable[Refund]:
        """See `ProviderEvents`."""
        return self._answered(
            "list_refunds", lambda: [_refund(kept) for kept in self.store.records("refund", parent=intent_id)]
        )

    def disputes_of(self, intent_id: str) -> list[Dispute]:
        """A payment's disputes, oldest first."""
        return [_dispute(kept) for kept in self.store.records("dispute", parent=intent_id)]

    def _dispute(self, reference: str) -> KeptRecord:
        kept = self.store.record("dispute", reference)
        if kept is None:
            raise GatewayRefused("dispute_unknown")
        return kept

    def _standing(self, intent_id: str) -> KeptIntent:
        return self._processed(self._kept(intent_id))

    def _processed(self, kept: KeptIntent) -> KeptIntent:
        """A payment that was being processed has succeeded when its time has come; that was told in advance."""
        if kept.succeeds_at is None or kept.succeeds_at > self.clock():
            return kept
        after = replace(kept, intent=replace(kept.intent, status="succeeded"), succeeds_at=None)
        return after if self.store.replace(kept, after) else self._kept(kept.intent.id)

    def _given(self, intent_id: str, kind: str, minor: int | None) -> KeptIntent:
        """A payment of which `minor` units, or the whole, are left to be taken or given back in this way."""
        kept = self._standing(intent_id)
        if kept.intent.status != "succeeded":
            raise GatewayRefused("intent_not_succeeded")
        if minor is not None and minor <= 0:
            raise GatewayRefused("amount_too_small")
        gone = sum(record.content["amount"] for record in self.store.records(kind, parent=intent_id))
        if gone + (kept.intent.amount.minor if minor is None else minor) > kept.intent.amount.minor:
            raise GatewayRefused("amount_too_large")
        return kept


def _dispute(kept: KeptRecord) -> Dispute:
    content = kept.content
    return Dispute(kept.reference, kept.parent, Money(content["amount"], content["currency"]), content["status"])


def _refund(kept: KeptRecord) -> Refund:
    return Refund(kept.reference, kept.parent, Money(kept.content["amount"], kept.content["currency"]))
