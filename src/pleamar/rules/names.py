"""Names that people give to partners, accounts and themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pleamar.rules.refusals import Refused

LONGEST_NAME: Final = 200
# What mail programs make into something to click.
_OF_LINKS: Final = ("/", "www.")


def checked_name(text: str) -> str:
    """The name as given, for names are exact; refuses `name_invalid` when it is empty, too long or not printable."""
    if not text.strip() or text != text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise Refused("name_invalid", name=text[:LONGEST_NAME], longest=LONGEST_NAME)
    return text


def names_alike(known: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Of the names, those that differ from a known one, or from one before them, in capitals and spaces alone: which.

    A name that is known as it stands is none of them.
    """
    first: dict[str, str] = {}
    for name in known:
        first.setdefault(_folded(name), name)
    alike = {}
    for name in names:
        other = first.setdefault(_folded(name), name)
        if other != name:
            alike[name] = other
    return alike


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def checked_person_name(text: str) -> str:
    """The name of a person, which goes into mails to others: what `checked_name` takes, but no `name_is_a_link`."""
    name = checked_name(text)
    if any(mark in name.casefold() for mark in _OF_LINKS):
        raise Refused("name_is_a_link", name=name)
    return name
