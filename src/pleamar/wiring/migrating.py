"""Brings a database to the shape that this version wants, once, whoever comes first."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from pleamar.models.web_role import grant_web_role
from pleamar.rules.refusals import Refused

_LOCK = 7_563_262_716  # any number, as long as every Pleamar takes the same


def owner_alias() -> str:
    """The connection that may change tables: the owner's where there is one, else the only one."""
    return "owner" if "owner" in settings.DATABASES else "default"


def is_migrated() -> bool:
    """Whether the database has the shape that this version wants: every migration there is has been applied.

    Every command asks, so they are told apart by their names and none of them is loaded.
    """
    try:
        applied = MigrationRecorder(connections["default"]).applied_migrations()
    except ProgrammingError:  # tables are there, but this role has no rights yet: somebody stopped half-way
        return False
    return all((label, name) in applied for label in apps.app_configs for name in _migrations(label))


def _migrations(label: str) -> list[str]:
    package, _ = MigrationLoader.migrations_module(label)
    first, *inside = (package or "").split(".")
    found = find_spec(first) if first else None  # a top package is found without being run
    places = (found and found.submodule_search_locations) or []
    return [module.name for module in iter_modules([str(Path(place).joinpath(*inside)) for place in places])]


def migrate() -> None:
    """Apply what is missing; others that start at the same time wait and find it done.

    Refuses `owner_address_missing` when the only role that is known may not make tables.
    """
    alias = owner_alias()
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        if not cursor.fetchone()[0]:
            raise Refused("owner_address_missing")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
            if alias == "owner":
                grant_web_role(connection, connections["default"].settings_dict["USER"])
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    if alias == "owner":
        connection.close()
