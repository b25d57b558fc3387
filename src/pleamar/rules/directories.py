"""Guards against lists that take away more people than anybody meant."""

from __future__ import annotations

from typing import Final

from pleamar.rules.refusals import Refused

MANY: Final = 20
ONE_IN: Final = 5  # a fifth


def is_suspicious(removals: int, active: int) -> bool:
    """Whether a list that removes so many of the `active` members should wait for a person.

    All of them (when there is more than one), or more than 20 and more than a fifth.
    """
    if removals == 0:
        return False
    return (removals >= active and active > 1) or (removals > MANY and removals * ONE_IN > active)


def refuse_if_suspicious(removals: int, active: int, *, confirmed: int | None) -> None:
    """Refuse `removals_suspicious` for such a list, unless a person has confirmed exactly that number."""
    if is_suspicious(removals, active) and confirmed != removals:
        raise Refused("removals_suspicious", removals=removals, active=active)
