"""What Stripe tells by itself: signed messages, the list of events, and the disputes and refunds that they name."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from pleamar.adapters.payments.stripe import mapping
from pleamar.adapters.payments.stripe.client import LARGEST_PAGE, Connection, asking
from pleamar.ports.payments import Dispute, EventForged, EventSubject, GatewayFailed, ProviderEvent, Refund

TOLERANCE: Final = timedelta(seconds=300)
_SCHEME: Final = "v1"

# What is listened to, and what it is about. Stripe lists by at most twenty kinds at once.
SUBJECTS: Final[dict[str, EventSubject]] = {
    "setup_intent.succeeded": "setup",
    "setup_intent.setup_failed": "setup",
    "checkout.session.completed": "setup",
    "checkout.session.expired": "setup",
    "payment_intent.succeeded": "intent",
    "payment_intent.payment_failed": "intent",
    "payment_intent.requires_action": "intent",
    "payment_intent.processing": "intent",
    "payment_intent.canceled": "intent",
    "charge.dispute.created": "dispute",
    "charge.dispute.updated": "dispute",
    "charge.dispute.closed": "dispute",
    "charge.dispute.funds_withdrawn": "dispute",
    "charge.dispute.funds_reinstated": "dispute",
    "charge.refunded": "refund",
    "charge.refund.updated": "refund",
    "refund.updated": "refund",
    "refund.failed": "refund",
    "payment_method.automatically_updated": "card",
    "payment_method.detached": "card",
}


class Events(Connection):
    """`ProviderEvents`."""

    def open_event(self, payload: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """See `ProviderEvents`. `signature` is the header `Stripe-Signature`; without a secret nothing is believed."""
        if not self._webhook_secret or not _is_signed(payload, signature, self._webhook_secret, now):
            raise EventForged
        try:
            return read_event(json.loads(payload))
        except (ValueError, OverflowError, RecursionError) as error:
            raise EventForged from error

    def list_events(self, *, since: datetime) -> Iterable[ProviderEvent]:
        """See `ProviderEvents`: only what is listened to, and no further back than Stripe keeps them (30 days).

        Raises GatewayFailed for an event that cannot be read.
        """
        with asking():
            page = self._api.events.list(
                {"created": {"gte": mapping.seconds(since)}, "types": list(SUBJECTS), "limit": LARGEST_PAGE}
            )
            newest_first = [event.to_dict() for event in page.auto_paging_iter()]
        try:
            return [read_event(event) for event in reversed(newest_first)]
        except (ValueError, OverflowError) as error:
            raise GatewayFailed(str(error)) from error

    def retrieve_dispute(self, reference: str) -> Dispute:
        """See `ProviderEvents`. An inquiry is `open` until it is closed, though no money has moved."""
        with asking():
            return mapping.dispute(self._api.disputes.retrieve(reference))

    def list_refunds(self, intent_id: str) -> Iterable[Refund]:
        """See `ProviderEvents`."""
        with asking():
            page = self._api.refunds.list({"payment_intent": intent_id, "limit": LARGEST_PAGE})
            refunds = page.auto_paging_iter()
            return [mapping.refund(each) for each in refunds if each.status in mapping.REFUND_IS_DECIDED]


def read_event(said: object) -> ProviderEvent:
    """The event in what was told, as JSON gives it. Raises ValueError, or OverflowError for its time, if it is none."""
    event = _fields(said)
    kind, live = _text(event, "type"), event.get("livemode")
    created = event.get("created")
    if not isinstance(live, bool) or not isinstance(created, int):
        message = "an event without its mode or its time"
        raise ValueError(message)  # noqa: TRY004 - whatever is wrong with a message is one error
    subject, reference = _about(kind, _fields(_fields(event.get("data")).get("object")))
    return ProviderEvent(_text(event, "id"), kind, subject, reference, mapping.moment(created), live)


def _about(kind: str, thing: Mapping[str, object]) -> tuple[EventSubject, str]:
    """The subject of an event and its id; `other` for what is none of ours to look at."""
    subject = SUBJECTS.get(kind, "other")
    if subject == "refund":
        intent_id = thing.get("payment_intent")
        return (subject, intent_id) if isinstance(intent_id, str) and intent_id else ("other", _text(thing, "id"))
    if kind.startswith("checkout.session.") and thing.get("mode") != "setup":
        subject = "other"
    if subject == "other":
        # Some things have no id, such as a balance.
        identity = thing.get("id")
        return subject, identity if isinstance(identity, str) else ""
    return subject, _text(thing, "id")


def _fields(said: object) -> Mapping[str, object]:
    if not isinstance(said, Mapping):
        message = "not an object"
        raise ValueError(message)  # noqa: TRY004 - whatever is wrong with a message is one error
    return said


def _text(fields: Mapping[str, object], name: str) -> str:
    text = fields.get(name)
    if not isinstance(text, str) or not text:
        message = f"no {name}"
        raise ValueError(message)
    return text


def _is_signed(payload: bytes, signature: str, secret: str, now: datetime) -> bool:
    """Whether the header's time is within `TOLERANCE` of `now`, and one of its signatures is ours over time and body.

    While a secret is being replaced there are several signatures, one for each. The SDK's own check reads the clock.
    """
    parts = [part.partition("=") for part in signature.split(",")]
    times = [text for name, _, text in parts if name.strip() == "t"]
    signed = [text for name, _, text in parts if name.strip() == _SCHEME]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()):
        return False
    try:
        is_recent = abs(now - mapping.moment(int(times[0]))) <= TOLERANCE
    except (ValueError, OverflowError):
        return False
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + payload, sha256).hexdigest().encode()
    # Every one is compared, and as bytes: comparing texts fails for what is not ASCII.
    found = [hmac.compare_digest(expected, text.encode(errors="replace")) for text in signed]
    return is_recent and any(found)
