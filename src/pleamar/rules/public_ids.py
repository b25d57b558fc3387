"""Public ids: a prefix that says what it is, and a random number that says nothing else."""

from __future__ import annotations

from typing import Final
from uuid import UUID

# Crockford's base 32: no letter that reads like a digit, safe in a URL and over the telephone.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH: Final = 26


def to_public(prefix: str, uid: UUID) -> str:
    """`par` and a UUID give `par_` and 26 characters."""
    number, characters = uid.int, []
    for _ in range(_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(characters))}"


def from_public(prefix: str, text: str) -> UUID | None:
    """The UUID inside a public id of that prefix; None if `text` is none."""
    head, _, tail = text.partition("_")
    if head != prefix or len(tail) != _LENGTH or any(character not in _ALPHABET for character in tail):
        return None
    number = 0
    for character in tail:
        number = number * len(_ALPHABET) + _ALPHABET.index(character)
    return UUID(int=number) if number < 1 << 128 else None
