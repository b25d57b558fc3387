"""How a charge may go from state to state, and what a provider's word about its payment makes of it (rule M11).

Nothing but what stands in `TRANSITIONS` ever happens to a charge; the database refuses the rest too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

ChargeState: TypeAlias = Literal[
    "planned",
    "creating",
    "ready",
    "confirming",
    "processing",
    "action_required",
    "failed",
    "succeeded",
    "canceled",
]
DeclineClass: TypeAlias = Literal["", "soft", "hard", "withdrawn"]

TRANSITIONS: Final[dict[str, frozenset[ChargeState]]] = {
    # Nothing was sent: it can still simply be dropped.
    "planned": frozenset({"creating", "canceled"}),
    # Sent for creation: dropped only when the provider said that it made none.
    "creating": frozenset({"ready", "canceled"}),
    # A payment exists, unconfirmed. `failed` gives it up; what others did to it at the provider counts too.
    "ready": frozenset({"confirming", "processing", "action_required", "failed", "succeeded", "canceled"}),
    "confirming": frozenset({"processing", "action_required", "failed", "succeeded", "canceled"}),
    "processing": frozenset({"action_required", "failed", "succeeded", "canceled"}),
    "action_required": frozenset({"processing", "failed", "succeeded", "canceled"}),
    # Declined or withdrawn: to be cancelled at the provider, who may answer that it was paid meanwhile.
    "failed": frozenset({"processing", "succeeded", "canceled"}),
    # Absorbing.
    "succeeded": frozenset(),
    "canceled": frozenset(),
}
SETTLED: Final = frozenset(state for state, following in TRANSITIONS.items() if not following)

# Days after the first decline on which a soft one is tried again; after the last the card has had its chance.
RETRY_DAYS: Final = (1, 3, 5, 7)
# A payment that waits for its customer this long is given up, as after a hard decline.
LONGEST_ACTION: Final = timedelta(days=7)
# The provider forgets keys after a day: with an older one the request might be done a second time.
KEYS_ARE_KEPT: Final = timedelta(hours=23)

_AS: Final[dict[str, ChargeState]] = {
    "processing": "processing",
    "requires_action": "action_required",
    "succeeded": "succeeded",
    "declined": "failed",
    "canceled": "canceled",
}


def allows(state: str, following: str) -> bool:
    """Whether a charge may go from one to the other at once."""
    return following in TRANSITIONS[state]


def told(state: str, status: str) -> ChargeState | None:
    """The state that a payment's `status` at the provider brings its charge to; None where it changes nothing.

    Words that come late or twice change nothing: what is settled stays settled, and a payment that is being given up
    (`failed`) is not taken up again because it was once waiting.
    """
    following = _AS.get(status)
    return following if following is not None and allows(state, following) else None


def next_attempt(first_declined_at: datetime, now: datetime) -> datetime | None:
    """When a soft decline at `now` is tried again, counted from the first one; None when that was the last attempt."""
    attempts = (first_declined_at + timedelta(days=days) for days in RETRY_DAYS)
    return next((attempt for attempt in attempts if attempt > now), None)
