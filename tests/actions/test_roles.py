"""What the database itself refuses: to rewrite what is only ever added, and to be another installation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import Error, connection, transaction

from pleamar.actions.change_seats import change_seats
from pleamar.actions.install import install
from pleamar.models import Account, Installation
from pleamar.models.web_role import ONLY_EVER_ADDED, grant_web_role
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def as_web_role(installation: Installation) -> Iterator[None]:
    grant_web_role(connection, "pleamar_web")
    run("SET ROLE pleamar_web")
    yield
    run("RESET ROLE")


@pytest.mark.parametrize("table", ONLY_EVER_ADDED)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_p2_even_their_owner_cannot_rewrite_them(installation: Installation, table: str, act: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of the installation's own making is pending any more
    with pytest.raises(Error, match="only ever added"):
        run(act.format(table))


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE seat_log SET delta = 2",
        "DELETE FROM statement",
        "TRUNCATE member CASCADE",
        "DROP TABLE member CASCADE",
        "ALTER TABLE seat_log DISABLE TRIGGER ALL",
        "CREATE TABLE own (id int)",
        "DELETE FROM django_migrations",
    ],
)
def test_the_web_role_may_not_even_try(as_web_role: None, act: str) -> None:
    with pytest.raises(Error, match=r"permission denied|must be owner"):
        run(act)


def test_the_web_role_can_do_the_daily_work(account: Account, clock: SteppedClock, as_web_role: None) -> None:
    assert change_seats(account.partner_id, active(account.pk, emails(2)), cause=TESTER, clock=clock).activated == 2


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE installation SET mode = 'live'",
        "UPDATE installation SET uid = gen_random_uuid()",
        "DELETE FROM installation",
        "INSERT INTO installation SELECT 2, gen_random_uuid(), mode, clock_offset, created_at FROM installation",
    ],
)
def test_an_installation_stays_what_it_is(installation: Installation, act: str) -> None:
    with pytest.raises(Error, match=r"written once|installation_is_one"):
        run(act)


def test_a_live_installations_clock_cannot_be_moved(db: None, clock: SteppedClock) -> None:
    install("live", seller="Meridian Software", cause=TESTER, now=clock())
    with pytest.raises(Error, match="clock_is_real"):
        run("UPDATE installation SET clock_offset = '1 day'")
    with pytest.raises(Refused, match="installation_mode_is_set"):
        install("sandbox", seller="Meridian Software", cause=TESTER, now=clock())
