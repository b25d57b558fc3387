"""Whether this database is the installation's own, or a copy of it, restored, moved or failed over.

The fingerprint is kept in the database and in a file beside it; the database also keeps the server and the database it
was last seen in. A copy on another machine has no such file; one that was restored into another server, or that
another server took over, is in another place.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.resume_after_restore import ResumeReport, resume_after_restore
from pleamar.models import Installation
from pleamar.ports.payments import PaymentGateway
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.database import make_home

_STARTING: Final = Cause(actor="pleamar", means="start")


def watch_for_copies(environ: Mapping[str, str]) -> None:
    """Pause collection where this database is a copy; the first time, note what it is known by.

    Asked before anything is sent: another server may take over while a worker runs. Where it is paused, `pleamar
    collect --resume-after-restore` says what to do. Refuses `fingerprint_invalid`.
    """
    installation, place = Installation.objects.get(), current_place()
    if not place:
        return  # on a standby: nothing can be written, so nothing is sent
    if installation.fingerprint is None:
        # The file first: whoever dies between the two finds it the next time, and takes it over.
        fingerprint = own_fingerprint(environ)
        if Installation.objects.filter(fingerprint=None).update(fingerprint=fingerprint, place=place):
            return
        installation.refresh_from_db()
    if _beside(environ) != installation.fingerprint:
        pause_collection("copied", cause=_STARTING, now=clock()())
    elif _as_noted_before(installation.place, place):
        Installation.objects.filter(place=installation.place).update(place=place)
    elif installation.place != place:
        pause_collection("moved", cause=_STARTING, now=clock()())


def resume(
    gateway: PaymentGateway, environ: Mapping[str, str], *, cause: Cause, leave_aside: Collection[str] = ()
) -> ResumeReport:
    """Settle what the provider has and, when nothing is unclear, make this database the installation's own.

    It gets a new fingerprint then, or the one that `PLEAMAR_FINGERPRINT` says. Refuses `fingerprint_invalid`.
    """
    fingerprint = _told(environ) or uuid4()
    report = resume_after_restore(
        gateway, fingerprint=fingerprint, place=current_place(), cause=cause, now=clock()(), leave_aside=leave_aside
    )
    if not report.unclear:
        _write(environ, fingerprint)
    return report


def own_fingerprint(environ: Mapping[str, str]) -> UUID:
    """The fingerprint of this machine; it gets one if it has none. All that ask at once get the same."""
    known = _beside(environ)
    if known is not None:
        return known
    made, path = uuid4(), _file(environ)
    fresh = _written_beside(path, made)
    try:
        os.link(fresh, path)
    except FileExistsError:
        known = _beside(environ)
        if known is None:  # it cannot be read
            fresh.replace(path)
        return known or made
    finally:
        fresh.unlink(missing_ok=True)
    return made


def current_place() -> str:
    """The server's identity, the database in it, and the server's timeline, another one after a failover.

    The timeline is the one that is being written: the last checkpoint's lags behind a promotion. Empty on a standby.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN NOT pg_is_in_recovery() THEN concat_ws(' ', "
            "(SELECT system_identifier FROM pg_control_system()), "
            "(SELECT oid FROM pg_database WHERE datname = current_database()), "
            "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)) END"
        )
        row = cursor.fetchone()
    return (row[0] if row else None) or ""


def _as_noted_before(noted: str, place: str) -> bool:
    """Whether a place was noted by an earlier version, and is this one: none, or server, timeline and database."""
    if not noted:
        return True
    parts, (server, database, timeline) = noted.split(), place.split()
    return noted != place and len(parts) == len((server, database, timeline)) and parts[::2] == [server, database]


def _file(environ: Mapping[str, str]) -> Path:
    return make_home(environ) / "fingerprint"


def _told(environ: Mapping[str, str]) -> UUID | None:
    told = environ.get("PLEAMAR_FINGERPRINT", "")
    try:
        return UUID(told) if told else None
    except ValueError as unreadable:
        raise Refused("fingerprint_invalid", value=told) from unreadable


def _beside(environ: Mapping[str, str]) -> UUID | None:
    if (told := _told(environ)) is not None:
        return told
    try:
        return UUID(_file(environ).read_text().strip())
    except (OSError, ValueError):
        return None


def _write(environ: Mapping[str, str], fingerprint: UUID) -> None:
    path = _file(environ)
    _written_beside(path, fingerprint).replace(path)


def _written_beside(path: Path, fingerprint: UUID) -> Path:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{fingerprint.hex[:8]}")
    fresh.touch(mode=0o600)
    fresh.write_text(f"{fingerprint}\n")
    return fresh
