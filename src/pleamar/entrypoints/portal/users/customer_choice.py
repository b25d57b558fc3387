"""One customer chosen among any number of them: found by a part of its name, without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import CustomerFilter, CustomerRow, customers
from pleamar.rules.names import LONGEST_NAME

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class CustomerChoice:
    """The first of the open customers with what was typed in their name. `field` carries the chosen one's public id.

    `kept` is what else stands in the address, and stays there.
    """

    field: str
    rows: list[CustomerRow]
    total: int
    find: str
    kept: list[tuple[str, str]]

    @property
    def is_long(self) -> bool:
        """Whether there are more than are offered, so that one has to look for the right one."""
        return bool(self.find) or self.total > len(self.rows)


def customer_choice(viewer: Viewer, asked: QueryDict, field: str) -> CustomerChoice:
    """By `?find=…`; two queries."""
    find = "".join(letter for letter in asked.get("find", "")[:LONGEST_NAME] if letter.isprintable()).strip()
    found = customers(viewer.scope, viewer.partner_id, CustomerFilter(search=find), now=viewer.now, most=MOST)
    kept = [(name, value) for name, values in asked.lists() if name not in (field, "find") for value in values]
    return CustomerChoice(field, found.rows, found.total, find, kept)
