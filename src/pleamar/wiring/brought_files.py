"""Reads files that somebody sent to a page, by the readers that the console has for those on its disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

from pleamar.adapters.directories.csv_file import read_people
from pleamar.adapters.files.deny_file import read_deny_list
from pleamar.ports.people import PeopleFile
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused, RowsRefused

T = TypeVar("T")
_UNNAMED: Final = "file.csv"


def people_in(content: bytes, name: str) -> PeopleFile:
    """Everybody in the file. Refuses as `read_people` does."""
    return _read(read_people, content, name)


def deny_list_in(content: bytes, name: str) -> list[Denied]:
    """The entries in the file. Refuses as `read_deny_list` does."""
    return _read(read_deny_list, content, name)


def _read(reader: Callable[[Path], T], content: bytes, name: str) -> T:
    """On the disk it has a name of ours, so that whatever it was called names no other place."""
    with TemporaryDirectory(prefix="pleamar-") as folder:
        path = Path(folder) / _UNNAMED
        path.write_bytes(content)
        try:
            return reader(path)
        except RowsRefused:
            raise
        except Refused as refused:
            facts = {key: name if key == "name" else fact for key, fact in refused.facts.items()}
            raise Refused(refused.code, **facts) from None
