"""Files of rows: what goes in comes out, and no spreadsheet runs any of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import cast

import pytest
from django.http import StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.formulas import unguarded
from pleamar.rules.money import Money
from pleamar.wording.csv_out import csv_cell, csv_response

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def _sent(response: StreamingHttpResponse) -> list[list[str]]:
    told = b"".join(cast("Iterator[bytes]", response.streaming_content)).decode()
    return list(csv.reader(StringIO(told, newline=""), strict=True))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (-5, "-5"),
        (Decimal("1.60"), "1.60"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.000001"), "-0.000001"),
        (Money(-1050, "USD"), "-10.50"),
        (Money(1050, "JPY"), "1050"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 9, 5, tzinfo=UTC), "2026-01-31T09:05:00+00:00"),
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("+34 91", "'+34 91"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝cmd", "'＝cmd"),
        ("－1", "'－1"),
        (" =1", "' =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\t1", "'\t1"),
        ("\r1", "'\r1"),
        ("\x00=1", "'=1"),
        ("half \ud800", "half ?"),
        ("a=1", "a=1"),
    ],
)
def test_a_value_is_written_exactly(value: object, written: str) -> None:
    assert csv_cell(value) == written


@given(st.lists(st.lists(TEXT, min_size=2, max_size=4)))
def test_what_goes_in_comes_out(rows: list[list[str]]) -> None:
    header, *read = _sent(csv_response("x.csv", ["a", "b"], rows))
    assert header == ["a", "b"]
    back = [
        [cell[1:] if cell != asked else cell for cell, asked in zip(*pair, strict=True)]
        for pair in zip(read, rows, strict=True)
    ]
    assert back == rows


@given(TEXT)
def test_what_was_guarded_is_told_again(text: str) -> None:
    assert unguarded(csv_cell(text)) == text


@given(TEXT)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert csv_cell(text).lstrip()[:1] not in set("=+-@＝＋－＠") - {""}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [0, 1, 499, 500, 501, 150_000])
def test_it_says_how_long_it_is(rows: int) -> None:
    """In memory, and on disk where it is long."""
    response = csv_response("x.csv", ["n"], ((f"{number:08}",) for number in range(rows)))
    told = b"".join(cast("Iterator[bytes]", response.streaming_content))
    response.close()
    assert (told.count(b"\r\n"), len(told)) == (1 + rows, len(b"n\r\n") + rows * len(b"00000000\r\n"))
    assert response["Content-Length"] == str(len(told))


def test_nothing_is_sent_of_one_that_fails() -> None:
    def rows() -> Iterator[tuple[str]]:
        yield from [("x" * 100,)] * 20_000
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        csv_response("x.csv", ["n"], rows())


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("invoices.csv", 'filename="invoices.csv"'),
        ('a"b\r\nSet-Cookie: x.csv', 'filename="a-b-Set-Cookie- x.csv"'),
        ("../../etc/passwd", 'filename="-..-etc-passwd"'),
        ("año.csv", "filename*=utf-8''a%C3%B1o.csv"),
        ("", 'filename="list.csv"'),
    ],
)
def test_its_name_is_one_that_a_disk_takes(asked: str, named: str) -> None:
    response = csv_response(asked, ["a"], [])
    assert response["Content-Disposition"] == f"attachment; {named}"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
