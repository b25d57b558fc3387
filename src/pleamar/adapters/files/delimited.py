"""Files of delimited text, opened, decoded and cut into records; every way in which they can be broken is refused.

Nothing here knows what the columns mean. What a file may cost is bounded before it is read: its size, the length of a
line, the lines of a record. Numbers of lines count from 1 and name the line on which a record starts.
"""

from __future__ import annotations

import codecs
import csv
import gc
import hashlib
import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pleamar.rules.formulas import unguarded
from pleamar.rules.refusals import Refused, RowsRefused

# The csv module's own limit for one field. It can only be set for the whole process, so it is kept, not set.
LONGEST_LINE = 131_072
# A quoted field may hold line breaks. More lines than this in one record mean a quote that nobody closed.
LONGEST_RECORD = 100
_LINES_TOLD = 10
_ROWS_KEPT = 10_000
_LONGEST_VALUE = 80
_CHUNK = 1 << 20

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def has_control(text: str) -> bool:
    """Whether there are control characters in it, line breaks and tabs among them."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def shown(text: str, longest: int = _LONGEST_VALUE) -> str:
    """The text as it may stand in a message: cut, and nothing in it that a terminal or a database would choke on."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in cut)


def check_header(header: str, columns: tuple[str, ...]) -> None:
    """Refuse `file_header_wrong` (found, expected) unless these are the columns, in this order, with commas between."""
    try:
        found = next(csv.reader([header], strict=True))
    except csv.Error:
        found = []
    if tuple(cell.strip().casefold() for cell in found) != columns:
        raise Refused("file_header_wrong", found=shown(header, 200), expected=",".join(columns))


class BadRow(Exception):
    """A row that cannot be taken: `reason` is a code, `value` what stood there."""

    def __init__(self, reason: str, value: str) -> None:
        super().__init__(reason, value)
        self.reason = reason
        self.value = value


class BadRows:
    """The rows of a file that cannot be taken. Counts them all, and remembers the first 10,000."""

    def __init__(self) -> None:
        self.count = 0
        self._rows: list[tuple[int, str, str]] = []

    def add(self, line: int, bad: BadRow) -> None:
        """Note what is wrong with the row that starts on `line`."""
        if self.count < _ROWS_KEPT:
            self._rows.append((line, bad.reason, shown(bad.value)))
        self.count += 1

    def refuse(self, code: str) -> None:
        """Refuse the whole file with `code`, and its rows in their order, if there was any such row.

        Facts: `count`; `lines`, the first ten ("12, 15"); `first`, reason and value ("email_invalid: jane@").
        """
        if self.count:
            _, reason, value = self._rows[0]
            lines = ", ".join(str(line) for line, *_ in self._rows[:_LINES_TOLD])
            raise RowsRefused(code, sorted(self._rows), count=self.count, lines=lines, first=f"{reason}: {value}")


class _Witness(io.FileIO):
    """A file that keeps the digest of what was read from it and stops at a limit, should it grow meanwhile."""

    def __init__(self, descriptor: int, name: str, most_bytes: int) -> None:
        super().__init__(descriptor, "rb")
        self.digest = hashlib.sha256()
        self._told_name = name
        self._most = self._left = most_bytes

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]  # what io passes
        count = super().readinto(buffer)
        if count:
            self._left -= count
            if self._left < 0:
                raise too_large(self._told_name, self._most)
            self.digest.update(memoryview(buffer)[:count])
        return count


def too_large(name: str, most_bytes: int) -> Refused:
    """The refusal of a file that is over its limit; the limit is told in MB (a million bytes)."""
    return Refused("file_too_large", name=name, most_mb=most_bytes // 1_000_000)


class DelimitedFile:
    """An open file of delimited text: first `header`, then `records`. `sha256` is known once all was read."""

    def __init__(self, raw: _Witness, name: str, *, utf16: bool) -> None:
        self.name = name
        self._raw = raw
        buffered = io.BufferedReader(raw, _CHUNK)
        marked = utf16 and buffered.peek(2)[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        self._encoding = "utf-16" if marked else "utf-8-sig"
        self._text = io.TextIOWrapper(buffered, self._encoding, newline="")
        self._above = 0
        self._record_start = 1

    @property
    def sha256(self) -> str:
        """The digest, in hex, of the bytes read so far: of the file, once `records` is exhausted."""
        return self._raw.digest.hexdigest()

    def header(self) -> str:
        """The first line that is not blank, without its line break. Refuses `file_empty`."""
        for number, line in enumerate(self._lines(0), 1):
            self._above = number
            if line.strip():
                return line.rstrip("\r\n")
            self._record_start = number + 1
        raise Refused("file_empty", name=self.name)

    def given_out(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """The same as `records`, of a file that may be one that we gave out: without what guards its cells."""
        for line, record in self.records(delimiter):
            yield line, [unguarded(cell) if cell.startswith("'") else cell for cell in record]

    def records(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Every record after the header with its line; lines that hold nothing are passed over."""
        above = self._above
        reader = csv.reader(self._lines(above), delimiter=delimiter, strict=True)
        while True:
            self._record_start = line = above + reader.line_num + 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refused("file_quotes_wrong", line=line) from error
            if len(record) > 1 or (record and record[0].strip()):
                yield line, record

    def _lines(self, number: int) -> Iterator[str]:
        """The lines after the first `number`, each one checked for what no such file holds."""
        readline = self._text.readline
        try:
            while line := readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Refused("file_line_too_long", line=number, most=LONGEST_LINE)
                if "\0" in line:
                    raise Refused("file_has_nul", line=number)
                if number - self._record_start > LONGEST_RECORD:
                    raise Refused("file_quotes_wrong", line=self._record_start)
                yield line
        except UnicodeDecodeError as error:
            raise Refused("file_not_utf8", line=self._undecodable_line()) from error
        except OSError as error:
            raise Refused("file_unreadable", name=self.name, why=error.strerror or "") from error

    def _undecodable_line(self) -> int:
        """The first line with bytes that are no text; decoding goes in chunks and stops somewhere before it."""
        os.lseek(self._raw.fileno(), 0, os.SEEK_SET)
        forgiving = "replace" if self._encoding == "utf-16" else "surrogateescape"
        mark = re.compile("\N{REPLACEMENT CHARACTER}" if forgiving == "replace" else "[\udc80-\udcff]")
        with os.fdopen(os.dup(self._raw.fileno()), encoding=self._encoding, errors=forgiving, newline="") as again:
            number = 1
            while piece := again.readline(LONGEST_LINE):
                if mark.search(piece):
                    break
                number += piece.endswith(("\n", "\r"))
        return number


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the collector of cycles from walking, over and over, a growing list of rows that never form one.

    It saves a quarter of the time. It is a switch of the process; whoever finds it off leaves it off, so readers in
    several threads at worst turn it on early.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def opened(path: Path, *, most_bytes: int, utf16: bool = False) -> Iterator[DelimitedFile]:
    """Open a file as UTF-8 with or without a byte order mark; with `utf16`, also as UTF-16 where the mark says so.

    Refuses here `file_missing`, `file_is_directory`, `file_not_regular`, `file_unreadable`, `file_empty` (no bytes) and
    `file_too_large`; while reading `file_not_utf8`, `file_has_nul`, `file_line_too_long`, `file_quotes_wrong`.
    """
    name = shown(path.name or str(path), 200)
    descriptor = _descriptor(path, name)
    with _Witness(descriptor, name, most_bytes) as raw, _collector_paused():
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Refused("file_not_regular", name=name)
        if about.st_size == 0:
            raise Refused("file_empty", name=name)
        if about.st_size > most_bytes:
            raise too_large(name, most_bytes)
        try:
            file = DelimitedFile(raw, name, utf16=utf16)
        except OSError as error:
            raise Refused("file_unreadable", name=name, why=error.strerror or "") from error
        yield file


def _descriptor(path: Path, name: str) -> int:
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever; for a file it means nothing.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise Refused("file_missing", name=name) from error
    except OSError as error:
        raise Refused("file_unreadable", name=name, why=error.strerror or "") from error
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refused("file_is_directory", name=name)
    return descriptor
