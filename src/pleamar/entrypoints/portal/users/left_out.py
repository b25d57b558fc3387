"""Who stays as they were when others are made active or inactive, by name and with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.utils.translation import get_language, gettext, ngettext

from pleamar.actions.change_seats import SeatChange
from pleamar.wording.money import count

_NAMED: Final = 10  # as many as anybody reads


def left_out(change: SeatChange, customers: Mapping[int, str]) -> Iterator[str]:
    """A sentence for each customer and reason. `customers` are their names by account id."""
    for account_id, emails in _by_account(change.denied).items():
        facts = {"customer": customers.get(account_id, ""), "emails": named(emails)}
        yield gettext("On the deny list of %(customer)s, so they stay inactive: %(emails)s.") % facts
    for account_id, emails in _by_account(change.over_limit).items():
        facts = {"customer": customers.get(account_id, ""), "emails": named(emails)}
        yield gettext("Over the user limit of %(customer)s, so they stay inactive: %(emails)s.") % facts
    for account_id, emails in _by_account(change.kept_out).items():
        facts = {"customer": customers.get(account_id, ""), "emails": named(emails)}
        yield gettext("Billing of %(customer)s is stopped; when it is resumed, they stay inactive: %(emails)s.") % facts


def named(emails: list[str]) -> str:
    """The first of them, and how many more there are."""
    told, more = ", ".join(emails[:_NAMED]), len(emails) - _NAMED
    if more <= 0:
        return told
    words = ngettext("%(emails)s and %(count)s more", "%(emails)s and %(count)s more", more)
    return words % {"emails": told, "count": count(more, get_language() or "en")}


def _by_account(pairs: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for account_id, email in pairs:
        found.setdefault(account_id, []).append(email)
    return found
