"""Lists as CSV files: exact values for programs, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from pleamar.rules.formulas import guarded
from pleamar.rules.money import Money

_UNFIT_FOR_A_NAME: Final = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff/\\:*?"<>|]+')
_LONGEST_NAME: Final = 120
_ROWS_AT_ONCE: Final = 500


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """The rows as a file to save, sent while they are read: `rows` may be as long as it likes.

    UTF-8, commas, CRLF. Values are written by `csv_cell`; whatever `filename` holds, the name is one a disk takes.
    """
    response = StreamingHttpResponse(_pieces(header, rows), content_type="text/csv; charset=utf-8")
    name = _UNFIT_FOR_A_NAME.sub("-", filename).strip(". ")[-_LONGEST_NAME:] or "list.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


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


def _pieces(header: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    waiting = iter(rows)
    piece = _written([header])
    while piece:
        yield piece
        piece = _written(islice(waiting, _ROWS_AT_ONCE))


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    text = StringIO(newline="")
    # Its writer puts quotes around a lone CR or LF only if that is part of what ends a line here.
    csv.writer(text, lineterminator="\r\n").writerows([csv_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()
