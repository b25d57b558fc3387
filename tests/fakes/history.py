"""Made-up histories, and what a brute-force count says of them. Shares nothing with the rules it is held against."""

from __future__ import annotations

import calendar
import csv
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

CREATED = datetime(2023, 1, 31, 15, 30, tzinfo=UTC)
UNTIL = datetime(2025, 6, 15, tzinfo=UTC)


class Line(NamedTuple):
    """One row of a history file, before it is written."""

    at: datetime
    account: str
    member: str
    change: str


class Counted(NamedTuple):
    """A cycle as brute force counts it."""

    start: datetime
    end: datetime
    peak: int
    peak_at: datetime


def cycle_bounds(created: datetime, until: datetime, zone: str = "UTC") -> list[datetime]:
    """The starts of all cycles up to `until`, by walking the calendar of the zone."""
    local = created.astimezone(ZoneInfo(zone))
    bounds, year, month = [created], local.year, local.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        day = min(local.day, calendar.monthrange(year, month)[1])
        bound = datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if bound > until:
            return bounds
        bounds.append(bound)


def made_up(rows: int, seed: int, *, accounts: int = 6, people: int = 200, zone: str = "UTC") -> list[Line]:
    """`rows` changes: crowds at one moment, some at exactly a cycle's bound, accounts that change their state."""
    chance = Random(seed)
    bounds = cycle_bounds(CREATED, UNTIL, zone)[1:]
    names = [f"Customer {number}" for number in range(accounts)]
    lines: list[Line] = []
    at = CREATED
    span = (UNTIL - CREATED) / max(rows, 1)
    while len(lines) < rows:
        at = min(at + span * chance.randrange(0, 4), UNTIL)
        moment = chance.choice(bounds) + timedelta(microseconds=chance.randint(-1, 1)) if chance.random() < 0.02 else at
        for _ in range(chance.choice((1, 1, 1, 2, 12))):
            name = chance.choice(names)
            if chance.random() < 0.01:
                lines.append(Line(moment, name, "", chance.choice(("trial", "live", "closed"))))
            else:
                email = f"{'User' if chance.random() < 0.2 else 'user'}{chance.randrange(people)}@example.com"
                lines.append(Line(moment, name, email, chance.choice(("active", "active", "inactive"))))
    chance.shuffle(lines)
    return lines[:rows]


def write(path: Path, lines: list[Line]) -> Path:
    """The history file; some times with another offset than UTC, for they are compared as instants."""
    chance = Random(len(lines))
    zones = [UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["at", "account", "member", "change"])
        writer.writerows(
            [line.at.astimezone(chance.choice(zones)).isoformat(), line.account, line.member, line.change]
            for line in lines
        )
    return path


def brute_force(lines: list[Line], zone: str = "UTC") -> list[Counted]:
    """The peak of every cycle that has ended by `UNTIL`: keep every member's state, add them all up at every moment."""
    moments: dict[datetime, list[Line]] = {}
    for line in lines:
        moments.setdefault(line.at, []).append(line)
    state: dict[str, str] = {}
    active: dict[str, set[str]] = {}
    counts: list[tuple[datetime, int]] = []
    for at in sorted(moments):
        for line in moments[at]:
            if line.account not in state:
                state[line.account], active[line.account] = "live", set()
        for line in moments[at]:
            if not line.member:
                state[line.account] = line.change
        for line in moments[at]:
            if line.member:
                people = active[line.account]
                (people.add if line.change == "active" else people.discard)(line.member.strip().casefold())
        counts.append((at, sum(len(active[name]) for name in state if state[name] == "live")))
    bounds = cycle_bounds(CREATED, UNTIL, zone)
    return [_counted(start, end, counts) for start, end in pairwise(bounds)]


def _counted(start: datetime, end: datetime, counts: list[tuple[datetime, int]]) -> Counted:
    before = [count for at, count in counts if at <= start]
    inside = [(start, before[-1] if before else 0)] + [(at, count) for at, count in counts if start < at < end]
    peak = max(count for _, count in inside)
    return Counted(start, end, peak, next(at for at, count in inside if count == peak))
