"""`pleamar settings list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.settings import current_settings
from pleamar.rules.settings import Settings, SettingValue, told
from pleamar.wording.settings import meaning

_LONGEST_SHOWN = 60


def _arguments(parser: ArgumentParser) -> None:
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    shipped = told(Settings())
    rows: list[dict[str, Value]] = [
        {"name": name, "value": shown(value), "shipped": value == shipped[name], "meaning": meaning(name)}
        for name, value in told(current_settings()).items()
    ]
    print_rows(["name", "value", "shipped", "meaning"], rows, arguments.format)
    return 0


def shown(value: SettingValue) -> str:
    """The value in a line; of a long one only how long it is."""
    text = str(value) if isinstance(value, int | str) else ", ".join(map(str, value))
    return text if len(text) <= _LONGEST_SHOWN else f"({len(text):,} characters)"


COMMAND = Command(
    help="how this installation is set: every setting, what it means, and whether it is still as shipped",
    example="pleamar settings list",
    arguments=_arguments,
    run=_run,
)
