"""Files of users and of customers that nobody said yes to are dropped after a day; all others stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pleamar.actions.bring_accounts_file import bring_accounts_file
from pleamar.actions.bring_members_file import bring_members_file
from pleamar.actions.confirm_members_file import confirm_members_file
from pleamar.actions.forget_files import KEPT, forget_files
from pleamar.actions.open_account import open_account
from pleamar.actions.open_accounts import NewAccount
from pleamar.actions.open_accounts_of_file import open_accounts_of_file
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.entrypoints.jobs.file_tasks import import_waiting_files
from pleamar.models import Account, FileImport, Installation
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import move_clock_to
from pleamar.wiring.jobs import QUEUE
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.fixture
def contoso(installation: Installation) -> Account:
    partner = open_partner(NewPartner("Northwind IT", "USD"), created=NOW, cause=TESTER, now=NOW)
    return open_account(partner.pk, "Contoso", cause=TESTER, clock=SteppedClock(NOW))


def brought(kind: str, contoso: Account, at: datetime = NOW) -> FileImport:
    partner = contoso.partner_id
    if kind == "accounts":
        return bring_accounts_file(partner, "a.csv", b"name\nShop\n", rows=1, cause=TESTER, now=at)
    return bring_members_file(
        partner, contoso.pk, "m.csv", b"email\na@b.example\n", rows=1, full_list=False, cause=TESTER, now=at
    )


def said_yes(file: FileImport, contoso: Account) -> None:
    partner, clock = contoso.partner_id, SteppedClock(NOW)
    if file.kind == "accounts":
        open_accounts_of_file(partner, file.pk, [NewAccount("Shop")], cause=TESTER, clock=clock)
    else:
        confirm_members_file(partner, contoso.pk, file.pk, removals=0, shown="", actor="ana", now=NOW, jobs=QUEUE)


@pytest.mark.parametrize("kind", ["members", "accounts"])
def test_one_that_was_only_read_is_dropped_after_a_day(contoso: Account, kind: str) -> None:
    brought(kind, contoso)
    assert forget_files(now=NOW + KEPT) == 0
    assert forget_files(now=NOW + KEPT + TICK) == 1
    assert not FileImport.unscoped.exists()


def test_both_kinds_are_dropped_at_once_and_no_younger_one(contoso: Account) -> None:
    brought("members", contoso)
    brought("accounts", contoso)
    young = brought("accounts", contoso, NOW + timedelta(hours=1))
    assert forget_files(now=NOW + KEPT + TICK) == 2
    assert FileImport.unscoped.get() == young


@pytest.mark.parametrize("kind", ["members", "accounts"])
def test_one_that_somebody_said_yes_to_stays(contoso: Account, kind: str) -> None:
    file = brought(kind, contoso)
    said_yes(file, contoso)
    assert forget_files(now=NOW + 400 * KEPT) == 0
    file.refresh_from_db()
    assert file.state == {"accounts": "done", "members": "waiting"}[kind]
    FileImport.unscoped.update(state="failed")
    assert forget_files(now=NOW + 400 * KEPT) == 0


@pytest.mark.parametrize("kind", ["members", "accounts"])
def test_the_worker_does_it_and_saying_yes_is_too_late_then(contoso: Account, kind: str) -> None:
    file = brought(kind, contoso)
    move_clock_to(NOW + 2 * KEPT)
    import_waiting_files()
    assert not FileImport.unscoped.exists()
    with pytest.raises(Refused, match=f"{kind}_file_unknown"):
        said_yes(file, contoso)
