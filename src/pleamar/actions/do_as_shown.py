"""Do what somebody was shown, and nothing else: what it would do is worked out again under the partner's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.rules.refusals import Refused


class Shown(Protocol):
    """What an act would do. `shown` stands for all of it that somebody sees before their yes."""

    @property
    def shown(self) -> str:
        """A name for it."""


Told = TypeVar("Told", bound=Shown)
Done = TypeVar("Done")


def do_as_shown(
    partner_id: int, shown: str, *, look: Callable[[], Told], do: Callable[[Told], Done]
) -> tuple[Told, Done]:
    """What `look` finds, and what came of doing it, all in one transaction that holds the partner's lock.

    Users, limits, states and so peaks change under that lock alone, so nothing of them comes in between. Refuses
    `changed_since_shown` where `look` finds anything else than what has the name `shown`, and what the two do.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        told = look()
        if told.shown != shown:
            raise Refused("changed_since_shown")
        return told, do(told)
