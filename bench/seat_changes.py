"""Changes of seats: one member, ten thousand members, and ten thousand that are already as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection as djangos

from bench import raw_writes
from bench.people import Team, new_team
from bench.plan import Contender, Plan, measure
from bench.report import Row, per_second, times_quicker
from pleamar.actions.change_seats import Wanted


def single_change(plan: Plan) -> Iterator[Row]:
    """One member of a small account, changed back and forth; one client."""
    calls, members = plan.size(500, at_least=5), 20

    def turns(team: Team) -> Iterator[tuple[str, bool]]:
        for call in range(calls):
            yield team.emails[call % members], call // members % 2 == 1

    def ours() -> Callable[[], None]:
        team = _active_team(members)
        acts = [[Wanted(team.account_id, email, active)] for email, active in turns(team)]

        def act() -> None:
            for wanted in acts:
                team.change(wanted)

        return act

    with _raw_connection() as raw:

        def by_hand() -> Callable[[], None]:
            team = _active_team(members)
            acts = list(turns(team))

            def act() -> None:
                for email, active in acts:
                    raw_writes.change_one(raw, team, email, active=active)

            return act

        found, yardstick = measure(
            [
                Contender("", calls, "changes", ours),
                Contender("three statements by hand", calls, "changes", by_hand),
            ],
            plan.repetitions,
        )
    yield times_quicker("single change", f"{calls} changes, account of {members}", found, yardstick, at_least=0.5)


def bulk_change(plan: Plan) -> Iterator[Row]:
    """All members of one account activated in one batch and deactivated in the next."""
    members, few = plan.size(10_000, at_least=10), plan.size(1_000, at_least=10)
    size = f"{members:,} members"

    def ours() -> Callable[[], None]:
        team = new_team(members)
        active, inactive = team.wanted(active=True), team.wanted(active=False)

        def act() -> None:
            team.change(active)
            team.change(inactive)

        return act

    with _raw_connection() as raw:

        def by_hand(act: Callable[[Team], None], size: int) -> Callable[[], Callable[[], None]]:
            def prepare() -> Callable[[], None]:
                team = new_team(size)
                return lambda: act(team)

            return prepare

        def loop(team: Team) -> None:
            raw_writes.change_row_by_row(raw, team, active=True, counts_once=False)

        def lean_loop(team: Team) -> None:
            raw_writes.change_row_by_row(raw, team, active=True, counts_once=True)

        def copied(team: Team) -> None:
            raw_writes.copy_log(raw, team, active=True)

        found, row_by_row, counted_once, copy = measure(
            [
                Contender("", 2 * members, "members", ours),
                # Fewer, in its favour: PostgreSQL slows down with every further update of one row in a transaction.
                Contender(f"row by row ({few:,} of them)", few, "members", by_hand(loop, few)),
                Contender("row by row, counts once", members, "members", by_hand(lean_loop, members)),
                Contender("COPY of the log rows", members, "rows", by_hand(copied, members)),
            ],
            plan.repetitions,
        )
    yield times_quicker("bulk change", size, found, row_by_row, at_least=30)
    yield times_quicker("bulk change, leaner loop", size, found, counted_once, at_least=None)
    yield times_quicker("bulk change, COPY alone", size, found, copy, at_least=None)
    yield per_second("bulk change, rate", size, found, at_least=100_000)


def resync(plan: Plan) -> Iterator[Row]:
    """The same list of wanted members again, when nothing has changed since."""
    members = plan.size(10_000, at_least=10)

    def with_changes() -> Callable[[], int]:
        team = new_team(members)
        wanted = team.wanted(active=True)
        return lambda: team.change(wanted)

    def without() -> Callable[[], int]:
        team = new_team(members)
        wanted = team.wanted(active=True)
        team.change(wanted)
        return lambda: team.change(wanted)

    found, yardstick = measure(
        [
            Contender("", members, "members", without),
            Contender("the same with changes", members, "members", with_changes),
        ],
        plan.repetitions,
    )
    yield times_quicker("no-op resync", f"{members:,} members", found, yardstick, at_least=3)


def _active_team(members: int) -> Team:
    team = new_team(members)
    team.change(team.wanted(active=True))
    return team


@contextmanager
def _raw_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection beside Django's, to the same database, with psycopg's own settings."""
    djangos.ensure_connection()
    parameters = djangos.connection.info
    with psycopg.connect(parameters.dsn, password=parameters.password, autocommit=True) as raw:
        yield raw
