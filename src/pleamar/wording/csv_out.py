"""Lists as CSV files: exact values for programs, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from io import SEEK_END, BytesIO, StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Final

from django.http import FileResponse

from pleamar.rules.formulas import guarded
from pleamar.rules.money import Money

_UNFIT_FOR_A_NAME: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff/\\:*?"<>|]+')
_LONGEST_NAME: Final = 120
_ROWS_AT_ONCE: Final = 500
# More than this of a file waits on disk in place of memory. No spooled file: a short one then has nothing to be closed,
# also where nobody reads it.
_BYTES_IN_MEMORY: Final = 1 << 20


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Iterable[object]]) -> FileResponse:
    """The rows as a file to save, whole: `rows` may be as long as it likes, and is read before anything is sent.

    So what fails meanwhile is an error: of a file that is sent while it is read nobody could tell that it ended early.
    UTF-8, commas, CRLF. Values are written by `csv_cell`; whatever `filename` holds, the name is one a disk takes.
    """
    name = _UNFIT_FOR_A_NAME.sub("-", filename).strip(". ")[-_LONGEST_NAME:] or "list.csv"
    waiting = iter(rows)
    with ExitStack() as unsent:
        file: IO[bytes] = BytesIO(_written([header]))
        file.seek(0, SEEK_END)
        while piece := _written(islice(waiting, _ROWS_AT_ONCE)):
            if isinstance(file, BytesIO) and file.tell() > _BYTES_IN_MEMORY:
                short, file = file, unsent.enter_context(TemporaryFile())
                file.write(short.getvalue())
            file.write(piece)
        file.seek(0)
        unsent.pop_all()  # from here on the response closes it
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def csv_cell(value: object) -> str:
    """A value as a program reads it: nothing is empty, yes and no, numbers and money exact, dates and moments ISO.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers never do. Readers of files
    that were given out take it away again.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return f"{value.decimal:f}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return guarded(clean_text(str(value)))


def clean_text(text: str) -> str:
    """Without NUL and halves of characters, which neither files nor databases take."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    text = StringIO(newline="")
    # Its writer puts quotes around a lone CR or LF only if that is part of what ends a line here.
    csv.writer(text, lineterminator="\r\n").writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()
