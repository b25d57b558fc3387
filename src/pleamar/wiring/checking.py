"""Looks at how an installation is set up, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import Error, connections

from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.models import Installation, Seller
from pleamar.wiring.database import database_settings, embedded_server, home, is_embedded
from pleamar.wiring.migrating import is_migrated

_OLDEST_POSTGRES = 150_000


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """One thing looked at, whether it is as it should be, and how it is."""

    what: str
    fine: bool
    text: str


def configuration(environ: Mapping[str, str]) -> list[ConfigLine]:
    """What there is to know, in order; it stops where nothing further can be known."""
    lines = [ConfigLine("home", fine=True, text=str(home(environ)))]
    if not is_embedded(environ):
        return lines + _database()
    lines.append(_embedded(environ))
    if lines[-1].fine and embedded_server(environ).status().state == "running":
        connections["default"].settings_dict.update(database_settings(embedded_server(environ).start().web_url))
        lines += _database()
    return lines


def _embedded(environ: Mapping[str, str]) -> ConfigLine:
    try:
        status = embedded_server(environ).status()
    except ServerProblem as problem:
        return ConfigLine("database", fine=False, text=str(problem))
    if status.state != "no data" and status.major is None:
        return ConfigLine("database", fine=False, text=f"{status.data_directory} holds something else")
    return ConfigLine("database", fine=True, text=f"embedded, {status.state}, in {status.data_directory}")


def _database() -> list[ConfigLine]:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
            number, text = cursor.fetchone()
        lines = [ConfigLine("database", fine=number >= _OLDEST_POSTGRES, text=f"PostgreSQL {text} (15 or newer)")]
        if not is_migrated():
            return [*lines, ConfigLine("tables", fine=False, text="not up to date: run `pleamar migrate`")]
        return [*lines, ConfigLine("tables", fine=True, text="up to date"), *_installation()]
    except Error as failed:
        return [ConfigLine("database", fine=False, text=str(failed).strip().splitlines()[0])]


def _installation() -> list[ConfigLine]:
    installation = Installation.objects.first()
    if installation is None:
        return [ConfigLine("installation", fine=False, text="none yet: run `pleamar migrate --mode sandbox|live`")]
    seller = Seller.objects.get(is_default=True)
    return [
        ConfigLine("installation", fine=True, text=str(installation)),
        ConfigLine("seller", fine=True, text=seller.name),
        ConfigLine("tax", fine=True, text="not set up" if seller.tax_rate is None else f"{seller.tax_rate} %"),
    ]
