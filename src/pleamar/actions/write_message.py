"""Write one message to the outside, with what it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.ports.jobs import NOBODY, Jobs


def write_message(
    partner_id: int,
    topic: str,
    key: str,
    facts: Mapping[str, str | int],
    *,
    now: datetime,
    jobs: Jobs = NOBODY,
) -> None:
    """A mail about `topic`, as `write_messages` writes many."""
    write_messages([Telling(partner_id, topic, key, facts)], now=now, jobs=jobs)
