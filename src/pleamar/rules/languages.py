"""The languages that Pleamar writes to partners in."""

from __future__ import annotations

from typing import Final

from pleamar.rules.refusals import Refused

LANGUAGES: Final = ("en", "es")


def checked_language(text: str) -> str:
    """The language's code. Refuses `language_unknown` with those that are `known`."""
    code = text.strip().lower()
    if code not in LANGUAGES:
        raise Refused("language_unknown", language=text.strip(), known=", ".join(LANGUAGES))
    return code
