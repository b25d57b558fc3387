"""How a copy of a database is known: by its fingerprint, and by the server and the database it was last seen in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection

from pleamar.actions.pause_collection import refuse_paused
from pleamar.models import Installation
from pleamar.rules.refusals import Refused
from pleamar.wiring import fingerprint
from pleamar.wiring.fingerprint import current_place, own_fingerprint, resume, watch_for_copies
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.one_charge import A_MINUTE_LATER, collect, one_charge
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def test_a_copy_of_a_database_collects_nothing_and_the_original_goes_on(story: Storyteller, tmp_path: Path) -> None:
    one_charge(story)
    here, elsewhere = {"PLEAMAR_HOME": str(tmp_path / "here")}, {"PLEAMAR_HOME": str(tmp_path / "there")}
    watch_for_copies(here)
    watch_for_copies(here)
    refuse_paused()
    watch_for_copies(elsewhere)  # on another machine, with the same rows
    with pytest.raises(Refused, match="copied"):
        collect(sandbox_gateway(story.clock))
    assert not resume(sandbox_gateway(story.clock), elsewhere, cause=TESTER).unclear
    assert collect(sandbox_gateway(story.clock), A_MINUTE_LATER).succeeded == 1
    watch_for_copies(elsewhere)
    refuse_paused()


def test_a_database_in_another_server_collects_nothing(story: Storyteller, tmp_path: Path) -> None:
    """It was restored from a dump, or another server took over."""
    here = {"PLEAMAR_HOME": str(tmp_path)}
    watch_for_copies(here)
    Installation.objects.update(place="7711166915295464089 2 16386")
    watch_for_copies(here)
    with pytest.raises(Refused, match="moved"):
        refuse_paused()


def test_the_fingerprint_can_be_given_by_the_environment(story: Storyteller, tmp_path: Path) -> None:
    """For the second machine of an installation."""
    watch_for_copies({"PLEAMAR_HOME": str(tmp_path / "one")})
    known = (tmp_path / "one" / "fingerprint").read_text()
    watch_for_copies({"PLEAMAR_HOME": str(tmp_path / "two"), "PLEAMAR_FINGERPRINT": known.strip()})
    refuse_paused()


def test_whoever_dies_at_the_first_start_is_no_copy(
    story: Storyteller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is written before the row, and found by the next one."""

    def killed_after(environ: Mapping[str, str]) -> UUID:
        own_fingerprint(environ)
        raise KeyboardInterrupt

    here = {"PLEAMAR_HOME": str(tmp_path)}
    with monkeypatch.context() as patch:
        patch.setattr(fingerprint, "own_fingerprint", killed_after)
        with pytest.raises(KeyboardInterrupt):
            watch_for_copies(here)
    assert Installation.objects.get().fingerprint is None
    watch_for_copies(here)
    watch_for_copies(here)
    refuse_paused()
    assert Installation.objects.get().fingerprint == own_fingerprint(here)
    assert (tmp_path / "fingerprint").stat().st_mode & 0o777 == 0o600


def test_all_that_start_at_once_get_one_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is quicker: its file is there when ours is to be put there."""
    here = {"PLEAMAR_HOME": str(tmp_path)}
    quicker = uuid4()
    written = fingerprint._written_beside

    def too_late(path: Path, made: UUID) -> Path:
        path.write_text(f"{quicker}\n")
        return written(path, made)

    monkeypatch.setattr(fingerprint, "_written_beside", too_late)
    assert own_fingerprint(here) == quicker
    assert [each.name for each in tmp_path.iterdir()] == ["fingerprint"]


def test_a_file_that_cannot_be_read_is_written_anew_at_the_first_start(story: Storyteller, tmp_path: Path) -> None:
    (tmp_path / "fingerprint").write_text("")
    watch_for_copies({"PLEAMAR_HOME": str(tmp_path)})
    watch_for_copies({"PLEAMAR_HOME": str(tmp_path)})
    refuse_paused()


def test_a_fingerprint_given_before_the_first_start_is_taken_over(story: Storyteller, tmp_path: Path) -> None:
    """And kept when collection is resumed: a container whose home is lost has nothing else."""
    told = uuid4()
    for home in ("one", "two"):
        container = {"PLEAMAR_HOME": str(tmp_path / home), "PLEAMAR_FINGERPRINT": str(told)}
        watch_for_copies(container)
        refuse_paused()
        assert not resume(sandbox_gateway(story.clock), container, cause=TESTER).unclear
    assert Installation.objects.get().fingerprint == told


def test_what_is_no_fingerprint_is_refused(story: Storyteller, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="fingerprint_invalid"):
        watch_for_copies({"PLEAMAR_HOME": str(tmp_path), "PLEAMAR_FINGERPRINT": "mine"})


def test_another_machine_goes_on_when_it_was_given_the_new_fingerprint(story: Storyteller, tmp_path: Path) -> None:
    here, there = {"PLEAMAR_HOME": str(tmp_path / "here")}, {"PLEAMAR_HOME": str(tmp_path / "there")}
    watch_for_copies(here)
    before = own_fingerprint(here)
    assert not resume(sandbox_gateway(story.clock), here, cause=TESTER).unclear
    assert own_fingerprint(here) != before
    watch_for_copies(there | {"PLEAMAR_FINGERPRINT": str(own_fingerprint(here))})
    refuse_paused()
    watch_for_copies(there | {"PLEAMAR_FINGERPRINT": str(before)})
    with pytest.raises(Refused, match="copied"):
        refuse_paused()


def test_the_timeline_is_the_one_that_is_being_written(story: Storyteller) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        (walfile,) = cursor.fetchone()
    server, database, timeline = current_place().split()
    assert server.isdecimal()
    assert database.isdecimal()
    assert timeline == walfile[:8]


def test_a_standby_that_took_over_is_another_place(story: Storyteller, tmp_path: Path) -> None:
    here = {"PLEAMAR_HOME": str(tmp_path)}
    watch_for_copies(here)
    server, database, _ = current_place().split()
    Installation.objects.update(place=f"{server} {database} 0000000F")
    watch_for_copies(here)
    with pytest.raises(Refused, match="moved"):
        refuse_paused()


@pytest.mark.parametrize("noted", ["", "{server} 7 {database}"])
def test_a_place_that_an_earlier_version_noted_is_taken_over(story: Storyteller, tmp_path: Path, noted: str) -> None:
    here = {"PLEAMAR_HOME": str(tmp_path)}
    watch_for_copies(here)
    server, database, _ = current_place().split()
    Installation.objects.update(place=noted.format(server=server, database=database))
    watch_for_copies(here)
    refuse_paused()
    assert Installation.objects.get().place == current_place()


def test_a_standby_is_left_as_it_is(story: Storyteller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written there, so nothing is sent."""
    here = {"PLEAMAR_HOME": str(tmp_path)}
    monkeypatch.setattr(fingerprint, "current_place", lambda: "")
    watch_for_copies(here)
    assert Installation.objects.get().fingerprint is None
