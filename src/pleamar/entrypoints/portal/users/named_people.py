"""Which users an address means: its filter, or those it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import CustomerRow
from pleamar.queries.people import PeopleFilter, Place

_LONGEST: Final = 254
_STATES: Final = ("active", "inactive", "denied")


@dataclass(frozen=True, slots=True)
class NamedPeople:
    """The filter, the customer if it is one, and what was typed, to be shown again and kept in addresses."""

    filter: PeopleFilter
    customer: CustomerRow | None
    typed: Mapping[str, str]

    @property
    def kept(self) -> dict[str, str]:
        """What was typed, without what was left empty."""
        return {name: value for name, value in self.typed.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything but the customer was said."""
        return bool(self.kept.keys() - {"customer"})


def named_people(viewer: Viewer, asked: QueryDict) -> NamedPeople:
    """`?customer=acc_…&of=…&search=…&domain=…&state=…`, all optional. Somebody else's customer is nowhere (404)."""
    typed = {name: _text(asked, name) for name in ("customer", "of", "search", "domain", "state")}
    if typed["state"] not in _STATES:
        typed["state"] = ""
    customer = named_customers(viewer, [typed["customer"]])[0] if typed["customer"] else None
    state = typed["state"]
    wanted = PeopleFilter(
        viewer.partner_id,
        account_id=customer.id if customer else None,
        customer=typed["of"],
        active={"active": True, "inactive": False}.get(state),
        search=typed["search"],
        domain=typed["domain"],
        denied=state == "denied",
    )
    return NamedPeople(wanted, customer, typed)


def place(text: str) -> Place | None:
    """`acc_…:ana@contoso.example`, None for what is no place."""
    customer_id, colon, email = text.partition(":")
    return Place(customer_id, email) if colon and len(text) <= 2 * _LONGEST else None


def _text(asked: QueryDict, name: str) -> str:
    """Cut, and clean: it is written into pages and addresses again."""
    return printable(asked.get(name, "").strip()[:_LONGEST])


def printable(text: str) -> str:
    """Without what no page shows and no database takes: control and null characters, halves of a character."""
    return "".join(character for character in text if character.isprintable())
