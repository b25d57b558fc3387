"""Lists that page: numbered pages of a known count, with addresses that keep their filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from pleamar.wording.money import count

ROWS: Final = 50
_MOST_PAGES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `first` to `last`, counted from 1, of `total`; addresses of its neighbours, empty where there is none."""

    number: int
    first: int
    last: int
    total: int
    previous: str
    next: str

    @property
    def told(self) -> str:
        """`51–100 of 312`."""
        language = get_language() or "en"
        facts = {
            "first": count(self.first, language),
            "last": count(self.last, language),
            "total": count(self.total, language),
        }
        return gettext("%(first)s–%(last)s of %(total)s") % facts


def page_number(text: str) -> int:
    """The number in an address; the first page for whatever is none."""
    told = text.strip()
    number = int(told) if told.isascii() and told.isdigit() and len(told) <= len(str(_MOST_PAGES)) else 1
    return max(number, 1)


def paged(number: int, total: int, *, kept: Mapping[str, str], rows: int = ROWS) -> Page:
    """The page with that number, or the last one where there are fewer. `kept` is what else stands in the address."""
    last_page = max((total + rows - 1) // rows, 1)
    number = min(number, last_page)
    first = (number - 1) * rows
    return Page(
        number=number,
        first=min(first + 1, total),
        last=min(first + rows, total),
        total=total,
        previous=_address(number - 1, kept) if number > 1 else "",
        next=_address(number + 1, kept) if number < last_page else "",
    )


def _address(number: int, kept: Mapping[str, str]) -> str:
    told = {name: value for name, value in kept.items() if value}
    return f"?{urlencode({**told, 'page': str(number)})}"
