"""The database that a run begins with: migrated and installed, with no partner yet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.people import BENCH
from pleamar.actions.install import install

_INSTALLED = datetime(2024, 1, 1, tzinfo=UTC)


def prepare_database() -> dict[str, Any]:
    """Make the tables and the installation; what is worth knowing of the server beside the figures."""
    call_command("migrate", verbosity=0)
    install("sandbox", seller="Meridian Software", cause=BENCH, now=_INSTALLED)
    facts = {}
    with connection.cursor() as cursor:
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
            cursor.execute(f"SHOW {name}")
            facts[name] = cursor.fetchone()[0]
    return facts
