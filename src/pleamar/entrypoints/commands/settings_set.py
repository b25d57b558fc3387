"""`pleamar settings set`."""

from __future__ import annotations

import base64
import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.actions.change_setting import change_setting
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.settings_list import shown
from pleamar.queries.settings import current_settings
from pleamar.rules.refusals import Refused
from pleamar.rules.settings import (
    KINDS,
    LARGEST_PICTURE,
    Choices,
    Form,
    Number,
    Numbers,
    Settings,
    SettingValue,
    Words,
    told,
)
from pleamar.wiring.clock import clock

_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    value = parser.add_mutually_exclusive_group(required=True)
    value.add_argument("value", metavar="VALUE", nargs="?", help="lists with commas; the path of a file for a picture")
    value.add_argument("--shipped", action="store_true", help="set it back to the value that Pleamar comes with")
    parser.add_argument("--reason", default="", help="why, for the audit trail")


def _run(arguments: Namespace) -> int:
    name = arguments.name
    value = told(Settings()).get(name) if arguments.shipped else _read(name, arguments.value)
    before = told(current_settings()).get(name)
    after = told(change_setting(name, value, cause=by_console("settings set", reason=arguments.reason), now=clock()()))
    sys.stdout.write(f"{name}: {_shown(before)} → {_shown(after[name])}\n")
    return 0


def _shown(value: SettingValue | None) -> str:
    return "" if value is None else shown(value) or "(none)"


def _read(name: str, typed: str) -> object:
    """What was typed, as the kind of setting wants it; what it is not goes on as it is, to be refused there."""
    kind, text = KINDS.get(name), typed.strip()
    if isinstance(kind, Number):
        return int(text) if _WHOLE.fullmatch(text) else text
    if isinstance(kind, Numbers):
        return [int(one) if _WHOLE.fullmatch(one.strip()) else one for one in text.split(",")]
    if isinstance(kind, Words) and kind.several:
        return [one.strip() for one in text.split(",")]
    if isinstance(kind, Choices):
        return [one.strip() for one in text.split(",") if one.strip()]
    if isinstance(kind, Form) and kind.name == "picture" and text:
        return _picture(name, Path(typed))
    return text


def _picture(name: str, path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST_PICTURE + 1)
    if len(content) > LARGEST_PICTURE:
        raise Refused("setting_not_a_picture", name=name, most=LARGEST_PICTURE)
    return base64.b64encode(content).decode()


COMMAND = Command(
    help="change a setting, for the whole installation and from now on",
    example="pleamar settings set trial_days 30",
    arguments=_arguments,
    run=_run,
)
