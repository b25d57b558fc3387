"""Histories from other systems, against an interpreter that keeps everything and compares (rules M2, M6 and M15)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.history import HistoryRow, LogEntry, ReplayedAccount, Step, replay

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(days: int) -> datetime:
    """A moment, so many days on."""
    return START + timedelta(days=days)


@dataclass
class Kept:
    """An account as the interpreter knows it."""

    state: str
    active: set[str] = field(default_factory=set)

    @property
    def seats(self) -> int:
        return len(self.active) if self.state == "live" else 0


World: TypeAlias = dict[str, Kept]
Entries: TypeAlias = set[tuple[str, str | None, str | None, int, bool]]


def interpreted(rows: Sequence[HistoryRow]) -> list[tuple[datetime, World]]:
    """The whole world after each moment: rows taken at their word, one by one, accounts before members."""
    world: World = {}
    seen = []
    for moment in sorted({row.at for row in rows}):
        world = deepcopy(world)
        of_now = [row for row in rows if row.at == moment]
        for row in [row for row in of_now if row.member is None] + [row for row in of_now if row.member is not None]:
            account = world.setdefault(row.account, Kept("live"))
            if row.member is None:
                account.state = row.change
            elif row.change == "active":
                account.active.add(row.member)
            else:
                account.active.discard(row.member)
        seen.append((moment, world))
    return seen


def difference(before: World, after: World) -> Entries:
    """What a log of the way from one world to the next has to say."""
    entries: Entries = set()
    for name, account in after.items():
        old = before.get(name)
        if old is None:
            entries.add((name, None, account.state, 0, account.state == "live"))
        elif old.state != account.state:
            gained = len(old.active) if account.state == "live" else -old.seats
            entries.add((name, None, account.state, gained, "live" in (old.state, account.state)))
        earlier = old.active if old else set()
        counts = account.state == "live"
        entries |= {(name, email, None, 1, counts) for email in account.active - earlier}
        entries |= {(name, email, None, -1, counts) for email in earlier - account.active}
    return entries


def expected_steps(rows: Sequence[HistoryRow]) -> list[tuple[datetime, Entries]]:
    """The moments at which something became different, and what."""
    steps, before = [], World()
    for moment, after in interpreted(rows):
        if entries := difference(before, after):
            steps.append((moment, entries))
        before = after
    return steps


accounts = st.sampled_from(["Contoso", "Fabrikam", "Tailwind"])
offsets = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))])
moments = st.builds(lambda day, zone: at(day).astimezone(zone), st.integers(0, 6), offsets)
members = st.sampled_from(["a@x.com", "b@x.com", "c@x.com"])
member_rows = st.builds(HistoryRow, moments, accounts, members, st.sampled_from(["active", "active", "inactive"]))
account_rows = st.builds(HistoryRow, moments, accounts, st.none(), st.sampled_from(["trial", "live", "closed"]))
files = st.lists(member_rows | member_rows | account_rows, max_size=24)


@settings(deadline=None, max_examples=400)
@given(files)
def test_m06_a_file_gives_the_steps_between_one_moment_s_world_and_the_next(rows: list[HistoryRow]) -> None:
    steps = list(replay(rows, {}))
    assert [(step.at, {tuple(entry) for entry in step.entries}) for step in steps] == expected_steps(rows)
    assert all(len(set(step.entries)) == len(step.entries) for step in steps)


@settings(deadline=None)
@given(files)
def test_m02_the_billed_deltas_add_up_to_the_active_members_of_live_accounts(rows: list[HistoryRow]) -> None:
    replayed: dict[str, ReplayedAccount] = {}
    world: World = {}
    total = 0
    worlds = dict(interpreted(rows))
    for step in replay(rows, replayed):
        total += sum(entry.delta for entry in step.entries if entry.billable)
        world = worlds[step.at]
        assert total == sum(account.seats for account in world.values())
        assert total == sum(len(account.active) for account in replayed.values() if account.billable)
    assert {name: (one.state, one.active) for name, one in replayed.items()} == {
        name: (one.state, one.active) for name, one in world.items()
    }


@settings(deadline=None)
@given(files, st.randoms(use_true_random=False))
def test_the_order_of_rows_matters_within_a_moment_alone(rows: list[HistoryRow], random: Any) -> None:
    groups: dict[datetime, list[HistoryRow]] = {}
    for row in rows:
        groups.setdefault(row.at, []).append(row)
    piles = list(groups.values())
    shuffled: list[HistoryRow] = []
    while piles:
        pile = random.choice(piles)
        shuffled.append(pile.pop(0))
        piles = [pile for pile in piles if pile]
    assert list(replay(shuffled, {})) == list(replay(rows, {}))


def steps_of(*rows: tuple[int, str, str, str]) -> list[Step]:
    """Rows as in a file: the day, the account, the member or nothing, the change."""
    return list(replay([HistoryRow(at(day), name, who or None, what) for day, name, who, what in rows], {}))  # type: ignore[arg-type]


def member(email: str, delta: int, *, billable: bool = True) -> LogEntry:
    """A member of Contoso becomes active or inactive."""
    return LogEntry("Contoso", email, None, delta, billable)


def state(name: Any, delta: int, *, billable: bool = True) -> LogEntry:
    """Contoso becomes trial, live or closed."""
    return LogEntry("Contoso", None, name, delta, billable)


def test_an_account_is_live_from_the_first_moment_that_names_it() -> None:
    assert steps_of((1, "Contoso", "a@x.com", "active")) == [Step(at(1), [state("live", 0), member("a@x.com", 1)])]


def test_an_account_can_begin_as_a_trial_wherever_its_row_stands() -> None:
    steps = steps_of((1, "Contoso", "a@x.com", "active"), (1, "Contoso", "", "trial"))
    assert steps == [Step(at(1), [state("trial", 0, billable=False), member("a@x.com", 1, billable=False)])]


def test_m06_a_trial_goes_live_and_changes_members_in_one_step() -> None:
    steps = steps_of(
        (1, "Contoso", "", "trial"),
        (1, "Contoso", "a@x.com", "active"),
        (1, "Contoso", "b@x.com", "active"),
        (2, "Contoso", "b@x.com", "inactive"),
        (2, "Contoso", "c@x.com", "active"),
        (2, "Contoso", "", "live"),
    )
    assert steps[1] == Step(at(2), [state("live", 2), member("b@x.com", -1), member("c@x.com", 1)])


def test_an_imported_account_may_be_a_trial_again() -> None:
    steps = steps_of(
        (1, "Contoso", "a@x.com", "active"),
        (2, "Contoso", "", "trial"),
        (3, "Contoso", "b@x.com", "active"),
        (4, "Contoso", "", "live"),
    )
    assert [step.entries for step in steps[1:]] == [
        [state("trial", -1)],
        [member("b@x.com", 1, billable=False)],
        [state("live", 2)],
    ]


def test_member_changes_of_a_closed_account_are_kept_and_not_counted() -> None:
    steps = steps_of(
        (1, "Contoso", "a@x.com", "active"),
        (2, "Contoso", "", "closed"),
        (3, "Contoso", "a@x.com", "inactive"),
        (3, "Contoso", "b@x.com", "active"),
        (3, "Contoso", "c@x.com", "active"),
        (4, "Contoso", "", "trial"),
        (5, "Contoso", "", "live"),
    )
    kept = [("a@x.com", -1), ("b@x.com", 1), ("c@x.com", 1)]
    assert [step.entries for step in steps[1:]] == [
        [state("closed", -1)],
        [member(email, delta, billable=False) for email, delta in kept],
        [state("trial", 0, billable=False)],
        [state("live", 2)],
    ]


def test_saying_what_holds_is_no_change_and_no_step() -> None:
    steps = steps_of(
        (1, "Contoso", "a@x.com", "active"),
        (2, "Contoso", "a@x.com", "active"),
        (3, "Contoso", "", "live"),
        (4, "Contoso", "b@x.com", "inactive"),
    )
    assert [step.at for step in steps] == [at(1)]


def test_m06_only_what_results_of_a_moment_counts() -> None:
    steps = steps_of(
        (1, "Contoso", "a@x.com", "active"),
        (2, "Contoso", "a@x.com", "inactive"),
        (2, "Contoso", "", "closed"),
        (2, "Contoso", "a@x.com", "active"),
        (2, "Contoso", "", "live"),
        (2, "Contoso", "b@x.com", "active"),
        (2, "Contoso", "b@x.com", "inactive"),
    )
    assert [step.at for step in steps] == [at(1)]


def test_m06_moments_are_instants_whatever_their_offset() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    rows = [
        HistoryRow(noon.astimezone(timezone(timedelta(hours=9))), "Contoso", "a@x.com", "active"),
        HistoryRow(noon - timedelta(microseconds=1), "Contoso", None, "trial"),
        HistoryRow(noon, "Contoso", None, "live"),
    ]
    assert [(step.at, step.entries) for step in replay(rows, {})][1] == (noon, [state("live", 0), member("a@x.com", 1)])


def test_the_same_address_in_two_accounts_is_two_members() -> None:
    steps = steps_of((1, "Contoso", "a@x.com", "active"), (2, "Fabrikam", "a@x.com", "active"))
    assert sum(entry.delta for step in steps for entry in step.entries) == 2


def test_no_rows_give_no_steps() -> None:
    assert steps_of() == []
