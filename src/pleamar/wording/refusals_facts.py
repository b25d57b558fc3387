"""The facts of a refusal as they may stand in a sentence: cut, on one line, and never missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from django.utils.translation import get_language

from pleamar.rules.refusals import Fact
from pleamar.wording.money import count

_LONGEST: Final = 120
_MISSING: Final = "…"
_UTC_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\+00:00")

# Whole numbers that are names, not amounts: nobody looks for line 12,345 of a file.
_NAMES: Final = frozenset({"account", "line", "row"})


class Facts(dict[str, str]):
    """What fills the `%(name)s` of a sentence; one that was not given is an ellipsis. `given` are the bare facts."""

    def __init__(self, given: Mapping[str, Fact]) -> None:
        super().__init__({name: _written(name, fact) for name, fact in given.items()})
        self.given = given

    def __missing__(self, name: str) -> str:
        return _MISSING

    def number(self, name: str) -> int:
        """The fact as a number, to choose singular or plural by; 0 for what is none."""
        fact = self.given.get(name)
        return fact if isinstance(fact, int) else 0


# A sentence in English, marked for translation; or, where the facts decide which, what gives the finished line.
Sentence: TypeAlias = str | Callable[[Facts], str]


def shown(text: str) -> str:
    """Text from outside as it may stand in a line: cut, and nothing in it that would break the line."""
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cut)


def _written(name: str, fact: Fact) -> str:
    if isinstance(fact, str):
        # A moment as the console takes it: `2026-01-27T00:00:00Z`.
        return shown(_UTC_MOMENT.sub(r"\1Z", fact))
    return str(fact) if name in _NAMES else count(fact, get_language() or "en")
