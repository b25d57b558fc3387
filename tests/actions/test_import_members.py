"""Importing people: one batch, a preview that keeps nothing, and a guard before many are taken away."""

from __future__ import annotations

import pytest

from pleamar.actions.import_members import MembersImport, import_members
from pleamar.models import Account, Member, SeatBatch
from pleamar.ports.people import Person
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, emails


def people(count: int, start: int = 0, name: str = "") -> list[Person]:
    return [Person(email, name, None) for email in emails(count, start)]


def brought(account: Account, who: list[Person], clock: SteppedClock, **options: object) -> MembersImport:
    return import_members(account.partner_id, account.pk, who, cause=TESTER, clock=clock, **options)  # type: ignore[arg-type]


def test_m06_a_file_is_one_batch(account: Account, clock: SteppedClock) -> None:
    before = SeatBatch.unscoped.count()
    done = brought(account, people(30, name="Somebody"), clock)
    assert (done.change.activated, done.change.peak) == (30, 30)
    assert SeatBatch.unscoped.count() == before + 1
    assert set(Member.unscoped.values_list("display_name", flat=True)) == {"Somebody"}


def test_the_same_file_again_changes_nothing_and_keeps_names(account: Account, clock: SteppedClock) -> None:
    brought(account, people(3, name="Somebody"), clock)
    assert brought(account, people(3), clock).change.batch_id is None
    assert set(Member.unscoped.values_list("display_name", flat=True)) == {"Somebody"}


def test_a_preview_keeps_nothing(account: Account, clock: SteppedClock) -> None:
    done = brought(account, people(5), clock, preview=True)
    assert (done.preview, done.change.activated, done.change.seats_after) == (True, 5, 5)
    assert not Member.unscoped.exists()


def test_m19_a_full_list_makes_the_absent_inactive(account: Account, clock: SteppedClock) -> None:
    brought(account, people(100), clock)
    done = brought(account, people(90, start=5), clock, full_list=True)
    assert (done.change.deactivated, done.absent, done.change.seats_after, done.change.peak) == (10, 10, 90, 100)


def test_without_full_list_nobody_is_taken_away(account: Account, clock: SteppedClock) -> None:
    brought(account, people(10), clock)
    assert brought(account, people(1, start=50), clock).change.seats_after == 11


@pytest.mark.parametrize("left", [0, 70])
def test_a_list_that_takes_away_too_many_waits_for_a_person(account: Account, clock: SteppedClock, left: int) -> None:
    brought(account, people(100), clock)
    with pytest.raises(Refused, match="removals_suspicious"):
        brought(account, people(left), clock, full_list=True)
    with pytest.raises(Refused, match="removals_suspicious"):
        brought(account, people(left), clock, full_list=True, confirmed_removals=1)
    assert Member.unscoped.filter(active=True).count() == 100
    assert brought(account, people(left), clock, full_list=True, preview=True).change.deactivated == 100 - left
    done = brought(account, people(left), clock, full_list=True, confirmed_removals=100 - left)
    assert done.change.seats_after == left
