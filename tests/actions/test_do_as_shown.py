"""Whoever says yes says it to what they saw (rule M12)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import connection

from pleamar.actions.do_as_shown import do_as_shown
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Installation, Partner
from pleamar.rules.refusals import Refused
from pleamar.rules.shown import shown_name
from tests.fakes.people import TESTER


@dataclass(frozen=True, slots=True)
class Told:
    shown: str


@pytest.fixture
def partner(installation: Installation) -> Partner:
    created = installation.created_at
    return open_partner(NewPartner("Northwind IT", "USD"), created=created, cause=TESTER, now=created)


def test_it_is_looked_at_and_done_while_the_lock_is_held(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[tuple[str, bool]] = []

    def note(what: str) -> None:
        happened.append((what, bool(connection.savepoint_ids)))

    def locked(partner_id: int) -> object:
        note("locked")
        return lock_meter(partner_id)

    def look() -> Told:
        note("looked")
        return Told("as it was")

    def do(told: Told) -> str:
        note("done")
        return told.shown

    monkeypatch.setattr("pleamar.actions.do_as_shown.lock_meter", locked)
    assert do_as_shown(partner.pk, "as it was", look=look, do=do) == (Told("as it was"), "as it was")
    assert happened == [("locked", True), ("looked", True), ("done", True)], "all in one transaction"


def test_another_name_refuses_and_nothing_is_done(partner: Partner) -> None:
    done: list[Told] = []
    with pytest.raises(Refused, match="changed_since_shown"):
        do_as_shown(partner.pk, "as it was", look=lambda: Told("another"), do=done.append)
    assert done == []


def test_a_name_holds_every_fact() -> None:
    facts = [1, "a", None, ("b", 2)]
    others = [[1, "a", None, ("b", 3)], [1, "a", None, ("b",), 2], [1, "a", "null", ("b", 2)], [1, "a", ("b", 2), None]]
    assert len({shown_name(one) for one in [facts, *others]}) == 5
    assert shown_name(facts) == shown_name(list(facts))
    assert len(shown_name("\ud800")) == 20
