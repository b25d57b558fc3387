"""A partner's customers as a list that can be searched, filtered, sorted and paged (rules A7, M20, M21, M22)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, TypeAlias, cast, get_args

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Least, Lower

from pleamar.models import Account
from pleamar.queries.scopes import Scope
from pleamar.rules.names import LONGEST_NAME
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, member_limit

CustomerState: TypeAlias = Literal[
    "open", "live", "trial", "ending", "ended", "scheduled", "full", "blocked", "stopped", "closed"
]
CustomerOrder: TypeAlias = Literal["name", "users", "limit"]
CUSTOMER_STATES: Final[tuple[CustomerState, ...]] = get_args(CustomerState)
CUSTOMER_ORDERS: Final[tuple[CustomerOrder, ...]] = get_args(CustomerOrder)
ENDING_SOON: Final = timedelta(days=7)

_COLUMNS: Final[dict[CustomerOrder, str]] = {"name": "folded", "users": "active_members", "limit": "most"}


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which of a partner's customers are meant, and in which order. `search` is part of the name.

    `state` is one of those that a customer can be in at the same time as others; "open" means all that are not closed.
    `trial`: one that is not over; `ending`: one with a week or less to go; `full`: as many active users as its limit
    lets in.
    """

    search: str = ""
    state: CustomerState = "open"
    order: CustomerOrder = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as it stands. `limit` is the least of its limits, None: there is none.

    A trial has `trial_ends_at` (it is over once that has passed) and may have `activation_due_at`, when it goes live.
    """

    id: int
    public_id: str
    name: str
    state: str
    internal: bool
    active_members: int
    limit: int | None
    trial_ends_at: datetime | None
    activation_due_at: datetime | None
    blocked: bool
    billing_stopped: bool

    @property
    def is_trial(self) -> bool:
        """Whether it can be activated."""
        return self.state == "trial"


class CustomerPage(NamedTuple):
    """The customers from `first` on, counted from 0, of `total`."""

    rows: list[CustomerRow]
    total: int


def count_customers(scope: Scope, partner_id: int, *, now: datetime) -> dict[str, int]:
    """How many of the partner's customers are in each state at `now`; in one query."""
    found = _customers(scope, partner_id)
    counts: dict[str, int] = found.aggregate(
        **{state: Count("pk", filter=_meant(state, now)) for state in CUSTOMER_STATES}
    )
    return counts


def customers(
    scope: Scope, partner_id: int, wanted: CustomerFilter, *, now: datetime, first: int = 0, most: int = 50
) -> CustomerPage:
    """At most `most` of the partner's monthly customers that the filter means, in two queries.

    Where there are none from `first` on, it is the last page of `most` that is given.
    """
    found = _customers(scope, partner_id).filter(_meant(wanted.state, now))
    if search := _printable(wanted.search.strip())[:LONGEST_NAME]:
        found = found.filter(name__icontains=search)
    total = found.count()
    first = min(first, max(total - 1, 0) // most * most)
    column = F(_COLUMNS[wanted.order])
    direction = column.desc(nulls_last=True) if wanted.descending else column.asc(nulls_last=True)
    rows = found.annotate(folded=Lower("name")).order_by(direction, Lower("name"), "pk")[first : first + most]
    return CustomerPage([_row(account) for account in rows], total)


def find_customers(scope: Scope, partner_id: int, public_ids: Collection[str]) -> list[CustomerRow]:
    """The partner's customers of these public ids, by name, in one query. Refuses `account_unknown` for any other."""
    uids = {public_id: from_public(Account.public_prefix, public_id) for public_id in public_ids}
    found = _customers(scope, partner_id).filter(uid__in=[uid for uid in uids.values() if uid])
    rows = {account.uid: _row(account) for account in found.order_by(Lower("name"), "pk")}
    for public_id, uid in uids.items():
        if uid not in rows:
            raise Refused("account_unknown", account=public_id)
    return list(rows.values())


def names_taken(scope: Scope, partner_id: int, names: Collection[str]) -> set[str]:
    """Those of the names that customers of the partner have already, also closed and annual ones."""
    return set(scope.rows(Account).filter(partner_id=partner_id, name__in=names).values_list("name", flat=True))


def closed_named(scope: Scope, partner_id: int, name: str) -> str:
    """The public id of the partner's closed customer of this name; empty if there is none."""
    found = scope.rows(Account).filter(partner_id=partner_id, name=_printable(name), state="closed").first()
    return found.public_id if found else ""


def open_names(scope: Scope, partner_id: int) -> list[str]:
    """The names of the partner's customers that are not closed, also of annual ones, in one query."""
    found = scope.rows(Account).filter(partner_id=partner_id).exclude(state="closed")
    return list(found.order_by("pk").values_list("name", flat=True))


def _customers(scope: Scope, partner_id: int) -> QuerySet[Account]:
    """With `most`, their limit as `member_limit` tells it: the least of a number and nothing is the number here."""
    trials = When(state="trial", then=Least("member_limit", "trial_member_limit"))
    most = Case(trials, default=F("member_limit"))
    return scope.rows(Account).filter(partner_id=partner_id, model="monthly").annotate(most=most)


def _meant(state: CustomerState, now: datetime) -> Q:
    is_open = ~Q(state="closed")
    trial = Q(state="trial")
    ended = trial & Q(trial_ends_at__lte=now, activation_due_at=None)
    return {
        "open": is_open,
        "live": Q(state="live", internal=False),
        "trial": trial & ~ended,
        "ending": trial & Q(trial_ends_at__gt=now, trial_ends_at__lte=now + ENDING_SOON, activation_due_at=None),
        "ended": ended,
        "scheduled": trial & Q(activation_due_at__isnull=False),
        "full": is_open & Q(most__isnull=False, active_members__gte=F("most")),
        "blocked": is_open & Q(suspended_at__isnull=False),
        "stopped": is_open & Q(billing_stopped_at__isnull=False),
        "closed": Q(state="closed"),
    }[state]


def _row(account: Account) -> CustomerRow:
    state = cast("AccountState", account.state)
    return CustomerRow(
        id=account.pk,
        public_id=account.public_id,
        name=account.name,
        state=state,
        internal=account.internal,
        active_members=account.active_members,
        limit=member_limit(state, account.member_limit, account.trial_member_limit),
        trial_ends_at=account.trial_ends_at if account.state == "trial" else None,
        activation_due_at=account.activation_due_at,
        blocked=account.suspended_at is not None,
        billing_stopped=account.billing_stopped_at is not None,
    )


def _printable(text: str) -> str:
    """Without what no name holds and no database takes: null characters, halves of a character."""
    return "".join(character for character in text if character.isprintable())
