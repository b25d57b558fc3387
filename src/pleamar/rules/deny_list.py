"""Deny lists: which addresses of an account must never be active (rule M19)."""

from __future__ import annotations

from typing import Final, NamedTuple

from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email

ANY_RUN: Final = "*"  # of characters, also of none

# Each pattern is held against each address that is to be active; addresses are looked up, so they may be any number.
MOST_PATTERNS: Final = 2000


class Denied(NamedTuple):
    """An entry of a deny list: an address, or a pattern of addresses, and why it stands there."""

    pattern: str
    reason: str = ""


def checked_pattern(text: str) -> str:
    """The pattern trimmed and case-folded, as addresses are, so that it is known by one spelling.

    It is an address in which `*` may stand for any run of characters: `*@contoso.example`, `ext-*@*`. The @ itself
    must be there, which keeps a `*` to its side of it. Refuses `deny_pattern_invalid` for what no address can look
    like, and `deny_pattern_too_wide` for one that names nothing, such as `*@*` or `*@*.*`.
    """
    try:
        pattern = checked_email(text)
    except Refused as refused:
        raise Refused("deny_pattern_invalid", pattern=str(refused.facts["email"])) from None
    while ANY_RUN * 2 in pattern:
        pattern = pattern.replace(ANY_RUN * 2, ANY_RUN)
    if ANY_RUN in pattern and not set(pattern) - set("*@."):
        raise Refused("deny_pattern_too_wide", pattern=pattern)
    return pattern


def as_like(pattern: str) -> str | None:
    """The same pattern for SQL's LIKE with its usual escape character; None if it is one address."""
    return like_text(pattern).replace(ANY_RUN, "%") if ANY_RUN in pattern else None


def like_text(text: str) -> str:
    """Text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def matches(pattern: str, email: str) -> bool:
    """Whether the address (`rules.seats.checked_email`) is one of the pattern's (`checked_pattern`).

    What a pattern means, in words that are not SQL's. The lists are held against many addresses in the database, by
    `as_like`; tests hold that against this.
    """
    first, *others = pattern.split(ANY_RUN)
    if not others:
        return email == pattern
    *inner, last = others
    if len(email) < len(first) + len(last) or not email.startswith(first) or not email.endswith(last):
        return False
    # Where each piece is looked for as early as possible, none of those behind it can be missed.
    at, end = len(first), len(email) - len(last)
    for piece in inner:
        at = email.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
