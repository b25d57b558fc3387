"""A history file gives exactly the rows that somebody wrote, or is refused whole, saying where and why."""

from __future__ import annotations

import csv
import hashlib
import io
import resource
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.adapters.files.history_file import HistoryFile, read_history
from pleamar.rules.history import HistoryRow
from pleamar.rules.refusals import Refused

CREATED = datetime(2025, 1, 1, tzinfo=UTC)
UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "at,account,member,change\n"
NOON = "2025-03-01T12:00:00Z"
GOOD = f"{NOON},Acme,a@x.example,active\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.csv"


def read(path: Path, content: str | bytes) -> HistoryFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_history(path, created=CREATED, until=UNTIL)


def refusal(path: Path, content: str | bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(path, content)
    return refused.value


def test_rows_come_in_the_order_of_the_file_with_its_digest_and_name(path: Path) -> None:
    content = HEADER + (
        "2025-03-02T00:00:00+00:00,Acme,Jane@X.example,active\n"
        "2025-03-01T00:00:00Z,Acme,,trial\n"
        "2025-03-01T00:00:00Z,Beta, jane@x.example ,inactive\n"
        "2025-04-01T00:00:00Z,Acme,,closed\n"
        "2025-04-02T00:00:00Z,Acme, ,live\n"
    )
    read_file = read(path, content)
    assert read_file.rows == [
        HistoryRow(datetime(2025, 3, 2, tzinfo=UTC), "Acme", "jane@x.example", "active"),
        HistoryRow(datetime(2025, 3, 1, tzinfo=UTC), "Acme", None, "trial"),
        HistoryRow(datetime(2025, 3, 1, tzinfo=UTC), "Beta", "jane@x.example", "inactive"),
        HistoryRow(datetime(2025, 4, 1, tzinfo=UTC), "Acme", None, "closed"),
        HistoryRow(datetime(2025, 4, 2, tzinfo=UTC), "Acme", None, "live"),
    ]
    assert read_file.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert read_file.name == "history.csv"


def test_the_digest_is_of_the_bytes_with_the_mark_however_long_the_file(path: Path) -> None:
    content = b"\xef\xbb\xbf" + (HEADER + GOOD * 60_000).encode()
    read_file = read(path, content)
    assert read_file.sha256 == hashlib.sha256(content).hexdigest()
    assert len(read_file.rows) == 60_000


@pytest.mark.parametrize(
    "content",
    [
        HEADER,
        HEADER.rstrip("\n"),
        "\ufeff" + HEADER,
        " AT , Account,MEMBER ,Change\r\n",
        '"at","account","member","change"\n',
        "\n\n" + HEADER + "\n   \n\r\n",
    ],
)
def test_a_header_alone_is_a_history_in_which_nothing_happened(path: Path, content: str) -> None:
    assert read(path, content).rows == []


@pytest.mark.parametrize(
    "header",
    ["account,at,member,change", "at,account,member", "at,account,member,change,note", "at;account;member;change",
     "at\taccount\tmember\tchange", NOON + ",Acme,,trial", '"at,account', "email"],
)  # fmt: skip
def test_a_header_must_be_exactly_the_four_columns(path: Path, header: str) -> None:
    refused = refusal(path, f"{header}\n{GOOD}")
    assert refused.code == "file_header_wrong"
    assert refused.facts == {"found": header.replace("\t", "\ufffd"), "expected": "at,account,member,change"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-01T12:00:00Z", datetime(2025, 3, 1, 12, tzinfo=UTC)),
        ("2025-03-01T12:00:00.000001Z", datetime(2025, 3, 1, 12, 0, 0, 1, tzinfo=UTC)),
        ("2025-03-01T12:00:00.5+00:00", datetime(2025, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2025-03-01T12:00:00.1234Z", datetime(2025, 3, 1, 12, 0, 0, 123_400, tzinfo=UTC)),
        ('"2025-03-01T12:00:00,25Z"', datetime(2025, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)),
        ("2025-03-01 12:00:00-05:30", datetime(2025, 3, 1, 17, 30, tzinfo=UTC)),
        ("2025-03-01T00:30:00+02:00", datetime(2025, 2, 28, 22, 30, tzinfo=UTC)),
        ("2025-03-01T12:00+0200", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-03-01T12:00+02", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("20250301T120000Z", datetime(2025, 3, 1, 12, tzinfo=UTC)),
        ("20250301T120000.5+0100", datetime(2025, 3, 1, 11, 0, 0, 500_000, tzinfo=UTC)),
        ("2025-01-01T02:00:00+02:00", CREATED),
        ("2025-12-31T19:00:00-05:00", UNTIL),
    ],
)
def test_times_are_instants(path: Path, text: str, moment: datetime) -> None:
    (row,) = read(path, f"{HEADER}{text},Acme,,trial\n").rows
    assert row.at == moment
    assert row.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("row", "first"),
    [
        (",Acme,a@x.example,active", "at_invalid: "),
        ("yesterday,Acme,a@x.example,active", "at_invalid: yesterday"),
        ("2025-03-01,Acme,a@x.example,active", "at_invalid: 2025-03-01"),
        ("2025-02-29T00:00:00Z,Acme,a@x.example,active", "at_invalid: 2025-02-29T00:00:00Z"),
        ("2025-03-01T24:00:00Z,Acme,a@x.example,active", "at_invalid: 2025-03-01T24:00:00Z"),
        ("2025-03-01x12:00:00Z,Acme,a@x.example,active", "at_invalid: 2025-03-01x12:00:00Z"),
        ("2025-03-01T12:00:00+24:00,Acme,a@x.example,active", "at_invalid: 2025-03-01T12:00:00+24:00"),
        ("0001-01-01T00:00:00+10:00,Acme,a@x.example,active", "at_invalid: 0001-01-01T00:00:00+10:00"),
        ("٢٠٢٥-03-01T12:00:00Z,Acme,a@x.example,active", "at_invalid: ٢٠٢٥-03-01T12:00:00Z"),
        (f" {NOON},Acme,a@x.example,active", f"at_invalid:  {NOON}"),
        ("1740830400,Acme,a@x.example,active", "at_invalid: 1740830400"),
        ("2025-03-01T12:00:00,Acme,a@x.example,active", "at_without_offset: 2025-03-01T12:00:00"),
        ("20250301T120000,Acme,a@x.example,active", "at_without_offset: 20250301T120000"),
        ("2025-03-01T12:00:00.1234567Z,Acme,a@x.example,active", "at_too_precise: 2025-03-01T12:00:00.1234567Z"),
        ("2025-03-01T12:00:00.0000000Z,Acme,a@x.example,active", "at_too_precise: 2025-03-01T12:00:00.0000000Z"),
        ("20250301T120000.1234567Z,Acme,a@x.example,active", "at_too_precise: 20250301T120000.1234567Z"),
        ("2024-12-31T23:59:59.999999Z,Acme,,trial", "at_before_created: 2024-12-31T23:59:59.999999Z"),
        ("2025-01-01T00:00:00+00:01,Acme,,trial", "at_before_created: 2025-01-01T00:00:00+00:01"),
        ("2026-01-01T00:00:00.000001Z,Acme,,trial", "at_after_until: 2026-01-01T00:00:00.000001Z"),
        (f"{NOON},,a@x.example,active", "account_missing: "),
        (f"{NOON},  ,a@x.example,active", "account_missing:   "),
        (f"{NOON},{'A' * 201},a@x.example,active", f"account_too_long: {'A' * 79}…"),
        (f'{NOON},"Ac\nme",a@x.example,active', "account_invalid: Ac\ufffdme"),
        (f"{NOON},\x1b[2J,a@x.example,active", "account_invalid: \ufffd[2J"),
        (f"{NOON},Acme,a.x.example,active", "email_invalid: a.x.example"),
        (f"{NOON},Acme,a@b@x.example,active", "email_invalid: a@b@x.example"),
        (f"{NOON},Acme,,active", "email_missing: active"),
        (f"{NOON},Acme, ,inactive", "email_missing: inactive"),
        (f"{NOON},Acme,a@x.example,trial", "change_not_for_member: trial"),
        (f"{NOON},Acme,a@x.example,closed", "change_not_for_member: closed"),
        (f"{NOON},Acme,a@x.example,", "change_unknown: "),
        (f"{NOON},Acme,a@x.example,Active", "change_unknown: Active"),
        (f"{NOON},Acme,a@x.example,deleted", "change_unknown: deleted"),
        (f"{NOON},Acme,,suspended", "change_unknown: suspended"),
        (f"{NOON},Acme,a@x.example", "columns_wrong: 3/4"),
        (f"{NOON},Acme,a@x.example,active,", "columns_wrong: 5/4"),
        (",,,", "at_invalid: "),
    ],
)
def test_a_bad_row_refuses_the_whole_file(path: Path, row: str, first: str) -> None:
    refused = refusal(path, f"{HEADER}{GOOD}{row}\n{GOOD}")
    assert (refused.code, refused.facts) == ("history_rows_bad", {"count": 1, "lines": "3", "first": first})


def test_the_first_ten_bad_lines_are_named_and_all_are_counted(path: Path) -> None:
    refused = refusal(path, HEADER + "\n" + f'{NOON},"A\ncme",a@x.example,active\n' + GOOD + "x,Acme,,trial\n" * 14)
    assert refused.facts == {
        "count": 15,
        "lines": "3, 6, 7, 8, 9, 10, 11, 12, 13, 14",
        "first": "account_invalid: A\ufffdcme",
    }  # fmt: skip


def test_an_account_is_exact(path: Path) -> None:
    rows = read(path, f'{HEADER}{NOON}, Acme,,trial\n{NOON},acme,,trial\n{NOON},"Acme, ""S.L.""",,trial\n').rows
    assert [row.account for row in rows] == [" Acme", "acme", 'Acme, "S.L."']
    assert len(read(path, f"{HEADER}{NOON},{'ñ' * 200},,trial\n").rows) == 1


offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2025, 1, 2), datetime(2025, 12, 31))  # noqa: DTZ001 - taken as UTC below
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200).filter(str.strip)
emails = st.builds("{}@{}".format, *[st.text("aBzÑßİ.-+_09", min_size=1, max_size=20)] * 2)
written = st.tuples(moments, offsets, names)  # fmt: skip
changes = st.one_of(
    st.tuples(st.none(), st.sampled_from(["trial", "live", "closed"])),
    st.tuples(emails, st.sampled_from(["active", "inactive"])),
)


@given(st.lists(st.tuples(written, changes), max_size=30), st.sampled_from(["", "\ufeff"]), st.booleans())
def test_what_a_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[tuple[datetime, timezone, str], tuple[str | None, str]]],
    mark: str,
    unix: bool,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n" if unix else "\r\n")
    writer.writerow(["at", "account", "member", "change"])
    expected = []
    for (moment, offset, account), (member, change) in history:
        at = moment.replace(tzinfo=UTC)
        padded = f" {member}\t" if member else ""
        writer.writerow([at.astimezone(offset).isoformat(), account, padded, change])
        expected.append((at, account, member and member.casefold(), change))
    path = tmp_path_factory.getbasetemp() / "round.csv"
    assert read(path, mark + text.getvalue()).rows == expected


@pytest.mark.slow
def test_six_hundred_thousand_rows_are_read_within_bounds(path: Path) -> None:
    start, second = CREATED, timedelta(seconds=50)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["at", "account", "member", "change"])
        writer.writerows(
            [(start + second * n).isoformat(), f"Account {n % 700}", f"User.{n % 60_000}@X.example", "active"]
            for n in range(600_000)
        )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = read_history(path, created=CREATED, until=UNTIL).rows
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 400_000  # kB
    assert len(rows) == 600_000
    assert rows[599_999] == (start + second * 599_999, "Account 99", "user.59999@x.example", "active")
    assert len({id(row.member) for row in rows}) == 60_000
    assert len({id(row.account) for row in rows}) == 700
