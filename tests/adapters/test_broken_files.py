"""Files that are no files, no text or no CSV are refused by both readers, with the line where there is one."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pleamar.adapters.directories import csv_file
from pleamar.adapters.directories.csv_file import EXPECTED_HEADER, read_people
from pleamar.adapters.files import delimited, history_file
from pleamar.adapters.files.delimited import check_header
from pleamar.adapters.files.history_file import HistoryFile, read_history
from pleamar.rules.refusals import Refused

CREATED = datetime(2025, 1, 1, tzinfo=UTC)
UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "at,account,member,change\n"
NOON = "2025-03-01T12:00:00Z"
GOOD = f"{NOON},Acme,a@x.example,active\n"
OWN = "email,first_name,last_name,display_name,external_id\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "given.csv"


def a_history(path: Path) -> HistoryFile:
    return read_history(path, created=CREATED, until=UNTIL)


def refusal(read: Callable[[Path], object], path: Path, content: str | bytes) -> Refused:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(Refused) as refused:
        read(path)
    assert gc.isenabled()
    return refused.value


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        (b"", "file_empty", {"name": "given.csv"}),
        (b"\xef\xbb\xbf", "file_empty", {"name": "given.csv"}),
        (b"\n \r\n", "file_empty", {"name": "given.csv"}),
        (HEADER + GOOD + NOON + ",Caf\udce9,,trial\n", "file_not_utf8", {"line": 3}),
        (HEADER + GOOD * 9_000 + "\udcff\n" + GOOD, "file_not_utf8", {"line": 9_002}),
        (HEADER + GOOD + "\udcc3", "file_not_utf8", {"line": 3}),
        ((HEADER + GOOD).encode("utf-16"), "file_not_utf8", {"line": 1}),
        (HEADER + f"{NOON},Ac\0me,,trial\n", "file_has_nul", {"line": 2}),
        (HEADER + GOOD + f'{NOON},"Acme,,trial\n' + GOOD, "file_quotes_wrong", {"line": 3}),
        (HEADER + GOOD + f'{NOON},"Acme,,trial\n' + GOOD * 20_000, "file_quotes_wrong", {"line": 3}),
        (HEADER + GOOD + f'{NOON},"Ac"me,,trial\n', "file_quotes_wrong", {"line": 3}),
        (HEADER + GOOD + f"{NOON},{'A' * 200_000},,trial\n", "file_line_too_long", {"line": 3, "most": 131_072}),
    ],
)
def test_a_broken_history_is_refused_with_its_line(
    path: Path, content: str | bytes, code: str, facts: dict[str, str | int]
) -> None:
    refused = refusal(
        a_history, path, content if isinstance(content, bytes) else content.encode(errors="surrogateescape")
    )
    assert (refused.code, refused.facts) == (code, facts)


def test_what_is_no_file_to_read_is_refused(path: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    for where, code in [
        (path, "file_missing"),
        (tmp_path / "file" / "below", "file_missing"),
        (Path("nul\0"), "file_missing"),
        (tmp_path, "file_is_directory"),
        (tmp_path / "pipe", "file_not_regular"),
        (Path("/dev/null"), "file_not_regular"),
        (tmp_path / ("x" * 300), "file_unreadable"),
    ]:
        with pytest.raises(Refused) as refused:
            read_history(where, created=CREATED, until=UNTIL)
        assert refused.value.code == code
        assert isinstance(refused.value.facts["name"], str)


def test_a_disk_that_fails_is_no_programming_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(delimited._Witness, "readinto", fail)
    refused = refusal(a_history, path, HEADER)
    assert refused.code == "file_unreadable"
    assert refused.facts == {"name": "given.csv", "why": "Input/output error"}


def test_a_history_over_the_limit_is_refused_unread(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(500_000_001)
    with pytest.raises(Refused) as refused:
        read_history(path, created=CREATED, until=UNTIL)
    assert refused.value.code == "file_too_large"
    assert refused.value.facts == {"name": "given.csv", "most_mb": 500}


def test_a_file_that_grows_over_the_limit_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(HEADER + GOOD * 1000)
    monkeypatch.setattr(history_file, "MOST_BYTES", path.stat().st_size)
    assert len(read_history(path, created=CREATED, until=UNTIL).rows) == 1000

    def grow(header: str, columns: tuple[str, ...]) -> None:
        with path.open("a") as file:
            file.write(GOOD)
        check_header(header, columns)

    monkeypatch.setattr(history_file, "check_header", grow)
    with pytest.raises(Refused, match="file_too_large"):
        read_history(path, created=CREATED, until=UNTIL)


def test_reading_is_a_stream(path: Path) -> None:
    path.write_text(HEADER + (GOOD + " " * 10_000 + "\n") * 5_000)
    tracemalloc.start()
    try:
        assert len(read_history(path, created=CREATED, until=UNTIL).rows) == 5_000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "code", "facts"),
    [
        (b"", "file_empty", {"name": "given.csv"}),
        (b"\xef\xbb\xbf\r\n", "file_empty", {"name": "given.csv"}),
        (b"\xff\xfe", "file_empty", {"name": "given.csv"}),
        ("\n" * 500, "file_empty", {"name": "given.csv"}),
        ("email,name\n\n", "file_empty", {"name": "given.csv"}),
        ("name,phone\n", "file_header_wrong", {"found": "name, phone", "expected": EXPECTED_HEADER}),
        ("Alternate email address\n", "file_header_wrong",
         {"found": "Alternate email address", "expected": EXPECTED_HEADER}),
        ("a@x.example\n", "file_header_wrong", {"found": "a@x.example", "expected": EXPECTED_HEADER}),
        ('"email\n', "file_header_wrong", {"found": '"email', "expected": EXPECTED_HEADER}),
        ("x" * 300, "file_header_wrong", {"found": "x" * 199 + "…", "expected": EXPECTED_HEADER}),
        ("email,Email Address [Required]\n", "file_column_twice", {"column": "Email Address [Required]"}),
        (OWN.encode() + "a@x.example,Jos\xe9,,,\n".encode("latin-1"), "file_not_utf8", {"line": 2}),
        (OWN.encode() + b"a@x.example,,,,\r\n" * 30_000 + b"\xe9", "file_not_utf8", {"line": 30_002}),
        ("email\na@x.example\n".encode("utf-16") + b"\x00", "file_not_utf8", {"line": 3}),
        ("email\na@x.example\n".encode("utf-16") + b"\x00\xd8a\0", "file_not_utf8", {"line": 3}),
        ("email\na@x.ex\0ample\n", "file_has_nul", {"line": 2}),
        ("email\na@x.example\n".encode("utf-16-le"), "file_has_nul", {"line": 1}),
        ('email\na@x.example\n"b@x.example\nc@x.example\n', "file_quotes_wrong", {"line": 3}),
        ('email\n"b@x.example\n' + "c@x.example\n" * 200_000, "file_quotes_wrong", {"line": 2}),
        ('email\n"b"@x.example\n', "file_quotes_wrong", {"line": 2}),
        ("email,a\n" + '"\n",' * 50_000, "file_quotes_wrong", {"line": 2}),
        ("email\n" + "a" * 140_000, "file_line_too_long", {"line": 2, "most": 131_072}),
    ],
)  # fmt: skip
def test_a_broken_people_file_is_refused(
    path: Path, content: str | bytes, code: str, facts: dict[str, str | int]
) -> None:
    refused = refusal(read_people, path, content)
    assert (refused.code, refused.facts) == (code, facts)


def test_no_people_file_is_refused_by_name(path: Path, tmp_path: Path) -> None:
    for where, code, name in [(path, "file_missing", "given.csv"), (tmp_path, "file_is_directory", tmp_path.name)]:
        with pytest.raises(Refused) as refused:
            read_people(where)
        assert (refused.value.code, refused.value.facts) == (code, {"name": name})
    with pytest.raises(Refused, match="file_missing") as refused:
        read_people(tmp_path / "odd\udce9\x1b.csv")
    assert refused.value.facts == {"name": "odd\ufffd\ufffd.csv"}


def test_a_people_file_over_the_limit_is_refused_unread(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(csv_file.MOST_BYTES + 1)
    with pytest.raises(Refused) as refused:
        read_people(path)
    assert (refused.value.code, refused.value.facts) == ("file_too_large", {"name": "given.csv", "most_mb": 200})
