"""Deny lists as somebody's spreadsheet writes them, and as nobody should (rule M19)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pleamar.adapters.files.deny_file import LONGEST_REASON, MOST_BYTES, read_deny_list
from pleamar.rules.deny_list import Denied, checked_pattern
from pleamar.rules.refusals import Refused

ANA, ROOMS = Denied("ana@x.example", "left"), Denied("room-*@x.example")


def read(folder: Path, text: str | bytes) -> list[Denied]:
    path = folder / "deny.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_deny_list(path)


def refusal(folder: Path, text: str | bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(folder, text)
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        "email,reason\nana@x.example,left\nroom-*@x.example,\n",
        "\ufeffPattern;Reason\r\nANA@X.example;left\r\nroom-**@x.example;\r\n;\r\n",
        '\n"reason"\t"Email"\t"Cost centre"\nleft\tana@x.example\t7\n\n\troom-*@x.example\t\n',
        "email,reason\nana@x.example,why?\nana@x.example,left\nroom-*@x.example,\n",
        "email,reason\nana@x.example,left\nroom-*@x.example,\n".encode("utf-16"),
    ],
)
def test_m19_entries_are_read_however_they_were_written(tmp_path: Path, text: str | bytes) -> None:
    assert read(tmp_path, text) == [ANA, ROOMS]


def test_m19_one_column_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, "email\nana@x.example\n") == [Denied("ana@x.example")]
    assert read(tmp_path, "pattern") == []


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ("ana@x.example", "columns_wrong: 1/2"),
        ("ana@x.example,left,early", "columns_wrong: 3/2"),
        (",left", "email_missing: "),
        ("x.example,left", "deny_pattern_invalid: x.example"),
        ("*@*,all", "deny_pattern_too_wide: *@*"),
        (f"ana@x.example,{'x' * (LONGEST_REASON + 1)}", f"reason_invalid: {'x' * 79}…"),
        ("ana@x.example,bell\a", "reason_invalid: bell\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_m19_bad_rows_are_refused_with_their_lines(tmp_path: Path, row: str, first: str) -> None:
    refused = refusal(tmp_path, f"email,reason\nok@x.example,\n\n{row}\n")
    assert refused.code == "file_rows_bad"
    assert refused.facts == {"count": 1, "lines": "4", "first": first}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("name,reason\n", "file_header_wrong"),
        ('"email,reason\n', "file_header_wrong"),
        ("ana@x.example\n", "file_header_wrong"),
        ("email,pattern\n", "file_column_twice"),
        ("email,reason,Reason\n", "file_column_twice"),
        ("email\nana@x.example\0\n", "file_has_nul"),
        (b"x" * (MOST_BYTES + 1), "file_too_large"),
    ],
)
def test_what_is_no_deny_list_is_refused(tmp_path: Path, text: str | bytes, code: str) -> None:
    assert refusal(tmp_path, text).code == code


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text('ab@*.,;\n "', max_size=60))
def test_whatever_is_written_is_read_or_refused(tmp_path: Path, text: str) -> None:
    try:
        entries = read(tmp_path, ("email,reason\n" + text).encode("utf-8", "replace"))
    except Refused:
        return
    assert [entry.pattern for entry in entries] == [checked_pattern(entry.pattern) for entry in entries]
