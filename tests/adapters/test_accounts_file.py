"""Customers to open, read from a CSV file: every row, with what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pleamar.adapters.files.accounts_file import MOST_ROWS, ReadAccount, read_accounts
from pleamar.rules.refusals import Refused


def read(tmp_path: Path, content: str | bytes) -> list[ReadAccount]:
    path = tmp_path / "customers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_accounts(path, longest_trial=14)


def codes(row: ReadAccount) -> list[str]:
    return [problem.code for problem in row.problems]


def test_every_column(tmp_path: Path) -> None:
    (row,) = read(tmp_path, 'name,limit,deny_list,trial_days\n Contoso ,20,"A@x.example; *@y.example a@x.example",7\n')
    assert row == ReadAccount(2, "Contoso", 20, ("a@x.example", "*@y.example"), 7, ())


@pytest.mark.parametrize(
    "content",
    [
        "name\nContoso\n",
        "\ufeffName\r\nContoso\r\n",
        "limit;Nombre;notes\n;Contoso;what, ever\n",
        "Límite\tCliente\n\tContoso\n",
        "name\nContoso\n".encode("utf-16"),
        '\n\nname,trial_days\n\n"Contoso",\n,\n',
    ],
)
def test_every_way_to_write_it(tmp_path: Path, content: str | bytes) -> None:
    (row,) = read(tmp_path, content)
    assert (row.name, row.member_limit, row.denied, row.trial_days, row.problems) == ("Contoso", None, (), None, ())


ROWS = [
    (",5,,", ["name_invalid"]),
    (f"{'x' * 201},,,", ["name_invalid"]),
    ("Zoe,-1,,", ["file_number_wrong"]),
    ("Zoe,1.000,,", ["file_number_wrong"]),
    ("Zoe,٣,,", ["file_number_wrong"]),
    (f"Zoe,{'9' * 5000},,", ["file_number_wrong"]),
    ("Zoe,1000001,,", ["limit_out_of_range"]),
    ("Zoe,,,0", ["trial_days_out_of_range"]),
    ("Zoe,,,15", ["trial_days_out_of_range"]),
    ("Zoe,,zoe *@*,", ["deny_pattern_invalid", "deny_pattern_too_wide"]),
    ("Zoe,x,zoe,y", ["file_number_wrong", "file_number_wrong", "deny_pattern_invalid"]),
    ("Zoe,", ["file_columns_differ"]),
    ("Zoe,,,,,", ["file_columns_differ"]),
    ("Contoso,,,", ["file_name_twice"]),
]


@pytest.mark.parametrize(("line", "expected"), ROWS)
def test_what_is_wrong_with_a_row_stands_beside_it(tmp_path: Path, line: str, expected: list[str]) -> None:
    good, bad = read(tmp_path, f"name,limit,deny_list,trial_days\nContoso,,,\n{line}\n")
    assert (good.problems, bad.line, codes(bad)) == ((), 3, expected)
    if expected == ["file_name_twice"]:
        assert bad.problems[0].facts == {"name": "Contoso", "line": 2}


def test_a_formula_is_a_name_like_any_other(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "name\n=1+1\n")
    assert (row.name, row.problems) == ("=1+1", ())


FILES: list[tuple[bytes, str]] = [
    (b"", "file_empty"),
    (b"\n\n", "file_empty"),
    (b"name\n", "file_without_rows"),
    (b"limit\n3\n", "file_header_wrong"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "file_not_utf8"),
    (b"PK\x03\x04 a spreadsheet \x00", "file_has_nul"),
    ("name\nClínica\n".encode("cp1252"), "file_not_utf8"),
    (b"name,customer\na,b\n", "file_column_twice"),
    (b'name\n"Contoso\n', "file_quotes_wrong"),
    (b"name\n" + b"x" * 200_000, "file_line_too_long"),
    (b"name\n" + b"x\n" * 1_000_001, "file_too_large"),
    (b"name\n" + b"x\n" * (MOST_ROWS + 1), "file_rows_too_many"),
]


@pytest.mark.parametrize(("content", "code"), FILES, ids=[code for _, code in FILES])
def test_a_file_that_is_none(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, content)
    assert refused.value.code == code
