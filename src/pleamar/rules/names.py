"""Names that people give to partners and accounts."""

from __future__ import annotations

from typing import Final

from pleamar.rules.refusals import Refused

LONGEST_NAME: Final = 200


def checked_name(text: str) -> str:
    """The name as given, for names are exact; refuses `name_invalid` when it is empty, too long or not printable."""
    if not text.strip() or text != text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise Refused("name_invalid", name=text[:LONGEST_NAME], longest=LONGEST_NAME)
    return text
