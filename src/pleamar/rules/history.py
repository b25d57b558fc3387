"""A history from another system, replayed into the steps that the seat log would have recorded (rules M2, M6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias

from pleamar.rules.seats import AccountState

MemberChange: TypeAlias = Literal["active", "inactive"]


class HistoryRow(NamedTuple):
    """One row of a history file. `member` is None where the row speaks of the account itself."""

    at: datetime
    account: str
    member: str | None
    change: AccountState | MemberChange


class LogEntry(NamedTuple):
    """One line of the seat log to be. Exactly one of `member` and `state` is given."""

    account: str
    member: str | None
    state: AccountState | None
    delta: int
    billable: bool


class Step(NamedTuple):
    """Everything that changed at one moment; its billable deltas count as one (rule M6)."""

    at: datetime
    entries: list[LogEntry]


@dataclass(slots=True)
class ReplayedAccount:
    """An account in the middle of a replay."""

    state: AccountState
    active: set[str] = field(default_factory=set)

    @property
    def billable(self) -> bool:
        """Whether its active members are seats: imported accounts are monthly, and none is the partner's own staff."""
        return self.state == "live"


def replay(rows: Sequence[HistoryRow], accounts: dict[str, ReplayedAccount]) -> Iterator[Step]:
    """The steps of `rows` in order of time; `accounts` (name → account) is filled along the way.

    Rows of one moment are one step: the account's rows first, then the members', each in the order given, and only the
    state that results counts. An account is live from the first moment that names it, unless a row of that moment says
    otherwise. What says nothing new gives no entry, and a moment without entries gives no step.
    """
    for at, moment in groupby(sorted(rows, key=attrgetter("at")), key=attrgetter("at")):
        entries = _entries(list(moment), accounts)
        if entries:
            yield Step(at, entries)


def _entries(moment: list[HistoryRow], accounts: dict[str, ReplayedAccount]) -> list[LogEntry]:
    entries = []
    states: dict[str, AccountState] = {}
    members: dict[tuple[str, str], bool] = {}
    for row in moment:
        if row.member is not None:
            members[row.account, row.member] = row.change == "active"
            states.setdefault(row.account, accounts[row.account].state if row.account in accounts else "live")
    for row in moment:
        if row.member is None:
            states[row.account] = row.change  # type: ignore[assignment]  # a row without a member names a state
    for name, state in states.items():
        account = accounts.get(name)
        if account is None:
            account = accounts[name] = ReplayedAccount(state)
            entries.append(LogEntry(name, None, state, 0, account.billable))
        elif account.state != state:
            entries.append(_state_entry(name, account, state))
    for (name, email), active in members.items():
        account = accounts[name]
        if active != (email in account.active):
            (account.active.add if active else account.active.remove)(email)
            entries.append(LogEntry(name, email, None, 1 if active else -1, account.billable))
    return entries


def _state_entry(name: str, account: ReplayedAccount, state: AccountState) -> LogEntry:
    was_billable, account.state = account.billable, state
    active = len(account.active)
    if was_billable == account.billable:
        return LogEntry(name, None, state, delta=0, billable=False)
    return LogEntry(name, None, state, delta=active if account.billable else -active, billable=True)
