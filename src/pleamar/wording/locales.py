"""The full locale of each language: figures and dates are written as in one country, never half of one."""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

_FULL: Final = {"en": "en_US", "es": "es_ES"}


@cache
def full_locale(language: str) -> Locale:
    """The locale to write figures and dates in; English for a language that Pleamar does not speak."""
    return Locale.parse(_FULL.get(language, _FULL["en"]))
