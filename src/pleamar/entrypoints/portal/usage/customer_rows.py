"""The table that adds up: a cycle's customers, sorted and searched; its totals are always those of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from pleamar.queries.cycle_use import AccountUse, CycleUse
from pleamar.rules.names import LONGEST_NAME
from pleamar.wording.customer_badges import Badge
from pleamar.wording.paging import ROWS, Page, page_number, paged

_WORDS: Final[dict[str, Promise]] = {
    "name": gettext_lazy("Customer"),
    "now": gettext_lazy("Now"),
    "peak": gettext_lazy("At the peak"),
    "share": gettext_lazy("Share"),
    "own": gettext_lazy("Own peak"),
}
_KEYS: Final[dict[str, Callable[[AccountUse], int]]] = {
    "now": lambda row: row.seats,
    "peak": lambda row: row.at_peak,
    "share": lambda row: row.share.minor if row.share else 0,
    "own": lambda row: row.own_peak,
}
_USUAL: Final = "peak"


class Column(NamedTuple):
    """A column's head: where its words lead, and how the table is sorted by it now ("" where it is not)."""

    name: str
    words: Promise
    address: str
    sorted: str


class Line(NamedTuple):
    """A customer, and what is out of the ordinary about it."""

    row: AccountUse
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """`customers` are all there are, `now`, `own` and the frame's peak and net their totals; `lines` those shown."""

    columns: list[Column]
    lines: list[Line]
    page: Page
    search: str
    sort: str
    shows_own: bool
    own_address: str
    customers: int
    now: int
    own: int

    @property
    def has(self) -> dict[str, bool]:
        """Which columns there are."""
        return {column.name: True for column in self.columns}


def customer_table(use: CycleUse, asked: QueryDict, *, sees_prices: bool) -> CustomerTable:
    """The table as the address asks: `q`, `sort` (`-` in front: the largest first), `own`, `page`."""
    search = "".join(letter for letter in asked.get("q", "")[:LONGEST_NAME] if letter.isprintable()).strip()
    shows_own = asked.get("own") == "1"
    names = _columns(use, sees_prices=sees_prices, shows_own=shows_own)
    sort = asked.get("sort", "")
    if sort.removeprefix("-") not in names:
        sort = f"-{_USUAL}"
    kept = {"q": search, "sort": "" if sort == f"-{_USUAL}" else sort, "own": "1" if shows_own else ""}
    found = [row for row in use.accounts if search.casefold() in row.account.casefold()]
    page = paged(page_number(asked.get("page", "")), len(found), kept=kept)
    rows = _sorted(found, sort)[(page.number - 1) * ROWS : page.number * ROWS]
    return CustomerTable(
        columns=[_column(name, sort, kept) for name in names],
        lines=[Line(row, _badge(row, use)) for row in rows],
        page=page,
        search=search,
        sort=kept["sort"],
        shows_own=shows_own,
        own_address=_address({**kept, "own": "" if shows_own else "1"}),
        customers=len(use.accounts),
        now=sum(row.seats for row in use.accounts),
        own=sum(row.own_peak for row in use.accounts),
    )


def _columns(use: CycleUse, *, sees_prices: bool, shows_own: bool) -> list[str]:
    """What each customer had at a cycle's end is not kept: only one that runs has a count of now."""
    wanted = {
        "name": True,
        "now": use.frame.state == "running",
        "peak": True,
        "share": sees_prices and use.net is not None,
        "own": shows_own,
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _sorted(rows: list[AccountUse], sort: str) -> list[AccountUse]:
    """They come by name, and stay so where they are equal."""
    name, falls = sort.removeprefix("-"), sort.startswith("-")
    if name == "name":
        return sorted(rows, key=lambda row: row.account.casefold(), reverse=falls)
    key = _KEYS[name]
    return sorted(rows, key=lambda row: -key(row) if falls else key(row))


def _column(name: str, sort: str, kept: Mapping[str, str]) -> Column:
    is_sorted, falls = sort.removeprefix("-") == name, sort.startswith("-")
    # The largest numbers first, names from A on; a second click turns it round.
    turned = not falls if is_sorted else name != "name"
    told = "" if not is_sorted else "descending" if falls else "ascending"
    return Column(name, _WORDS[name], _address({**kept, "sort": f"{'-' if turned else ''}{name}"}), told)


def _address(kept: Mapping[str, str]) -> str:
    return f"?{urlencode({name: value for name, value in kept.items() if value})}#customers"


def _badge(row: AccountUse, use: CycleUse) -> Badge | None:
    """What explains a row that looks odd: billed although nobody can sign in, or although nobody is there."""
    is_running = use.frame.state == "running"
    if row.state == "closed":
        return Badge(gettext("Closed · billed in this cycle") if row.at_peak else gettext("Closed"))
    if row.billing_stopped and is_running:
        return Badge(gettext("Billing stopped"))
    if row.suspended and is_running:
        return Badge(gettext("Sign-in blocked · still billed"), "billed")
    return None
