"""What the sandbox tells by itself, and how its messages are signed."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast, get_args

from pleamar.adapters.payments.sandbox.memory import Sandbox
from pleamar.ports.payments import EventForged, EventSubject, GatewayRefused, ProviderEvent
from pleamar.ports.stores import KeptRecord

_SIGNATURE: Final = re.compile(r"t=([0-9]{1,11}),v1=([0-9a-f]{64})", re.ASCII)
_TOLERANCE: Final = timedelta(seconds=300)
# In bytes. No message of ours comes near it.
_LONGEST: Final = 65_536
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Telling(Sandbox):
    """`ProviderEvents`, but for what it is asked about payments. A signature is `t=SECONDS,v1=HMAC-SHA256`."""

    def open_event(self, payload: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """See `ProviderEvents`."""
        signed = _SIGNATURE.fullmatch(signature)
        if not self.secret or signed is None or len(payload) > _LONGEST:
            raise EventForged
        seconds = int(signed[1])
        if not hmac.compare_digest(self._hmac(payload, seconds), signed[2]):
            raise EventForged
        if abs(now - _EPOCH - timedelta(seconds=seconds)) > _TOLERANCE:
            raise EventForged
        try:
            return _opened(json.loads(payload))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as unreadable:
            raise EventForged from unreadable

    def list_events(self, *, since: datetime) -> Iterable[ProviderEvent]:
        """See `ProviderEvents`."""
        return self._answered("list_events", lambda: self._told(since))

    def message(self, event_id: str) -> tuple[bytes, str]:
        """The message that tells this event, and its signature at this moment. Refuses `event_unknown`."""
        kept = self.store.record("event", event_id)
        if kept is None:
            raise GatewayRefused("event_unknown")
        event = _event(kept)
        payload = json.dumps(
            {
                "id": event.id,
                "kind": event.kind,
                "subject": event.subject,
                "reference": event.reference,
                "created_at": event.created_at.isoformat(),
                "live": event.live,
            }
        ).encode()
        return payload, self.sign(payload, at=self.clock())

    def sign(self, payload: bytes, *, at: datetime) -> str:
        """The signature of a message that is sent at `at`."""
        seconds = (at - _EPOCH) // timedelta(seconds=1)
        return f"t={seconds},v1={self._hmac(payload, seconds)}"

    def _hmac(self, payload: bytes, seconds: int) -> str:
        return hmac.new(self.secret.encode(), f"{seconds}.".encode() + payload, sha256).hexdigest()

    def _told(self, since: datetime) -> list[ProviderEvent]:
        """What a payment will do when it has been processed is remembered already, and told only then."""
        now = self.clock()
        return [_event(kept) for kept in self.store.records("event", since=since) if kept.created_at <= now]


def _event(kept: KeptRecord) -> ProviderEvent:
    content = kept.content
    return ProviderEvent(kept.reference, content["kind"], content["subject"], kept.parent, kept.created_at, live=False)


def _opened(told: Any) -> ProviderEvent:
    """Raises ValueError, TypeError, KeyError, or OverflowError for its time, for what is no event."""
    created_at = datetime.fromisoformat(told["created_at"])
    texts = [told[name] for name in ("id", "kind", "subject", "reference")]
    if created_at.tzinfo is None or not all(isinstance(text, str) for text in texts) or told["live"] is not False:
        raise ValueError
    created_at.astimezone(UTC)  # OverflowError for what no calendar holds
    identity, kind, subject, reference = texts
    if subject not in get_args(EventSubject):
        raise ValueError
    return ProviderEvent(identity, kind, cast(EventSubject, subject), reference, created_at, live=False)
