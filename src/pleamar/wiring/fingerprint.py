"""Whether this database is the installation's own, or a copy of it, restored, moved or failed over.

The fingerprint is kept in the database and in a file beside it; the database also keeps the server and the database it
was last seen in. A copy on another machine has no such file; one that was restored into another server, or that
another server took over, is in another place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from django.db import connection

from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.resume_after_restore import ResumeReport, resume_after_restore
from pleamar.models import Installation
from pleamar.ports.payments import PaymentGateway
from pleamar.rules.causes import Cause
from pleamar.wiring.clock import clock
from pleamar.wiring.database import make_home

_STARTING: Final = Cause(actor="pleamar", means="start")


def watch_for_copies(environ: Mapping[str, str]) -> None:
    """Pause collection where this database is a copy; the first time, note what it is known by.

    Asked whenever something begins that collects. Where it is paused, `pleamar collect --resume-after-restore` says
    what to do.
    """
    installation, place = Installation.objects.get(), current_place()
    if installation.fingerprint is None:
        fingerprint = uuid4()
        if Installation.objects.filter(fingerprint=None).update(fingerprint=fingerprint, place=place):
            _write(environ, fingerprint)
            return
        installation.refresh_from_db()
    if _beside(environ) != installation.fingerprint:
        pause_collection("copied", cause=_STARTING, now=clock()())
    elif installation.place != place:
        pause_collection("moved", cause=_STARTING, now=clock()())


def resume(gateway: PaymentGateway, environ: Mapping[str, str], *, cause: Cause) -> ResumeReport:
    """Settle what the provider has and, when nothing is unclear, make this database the installation's own."""
    fingerprint = uuid4()
    report = resume_after_restore(gateway, fingerprint=fingerprint, place=current_place(), cause=cause, now=clock()())
    if not report.unclear:
        _write(environ, fingerprint)
    return report


def current_place() -> str:
    """The server's identity, its timeline (another after a failover) and the database in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()), "
            "(SELECT timeline_id FROM pg_control_checkpoint()), "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return " ".join(str(part) for part in cursor.fetchone())


def _file(environ: Mapping[str, str]) -> Path:
    return make_home(environ) / "fingerprint"


def _beside(environ: Mapping[str, str]) -> UUID | None:
    told = environ.get("PLEAMAR_FINGERPRINT")
    try:
        return UUID(told or _file(environ).read_text().strip())
    except (OSError, ValueError):
        return None


def _write(environ: Mapping[str, str], fingerprint: UUID) -> None:
    path = _file(environ)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(f"{fingerprint}\n")
    fresh.replace(path)
