"""Price files as somebody's spreadsheet writes them, and as nobody should."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pleamar.adapters.files.price_file import MOST_BYTES, MOST_SEATS, read_tiers
from pleamar.rules.prices import TierRow
from pleamar.rules.refusals import Refused

HEADER = "from,to,unit_price\n"


def read(folder: Path, text: str | bytes) -> list[TierRow]:
    path = folder / "prices.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_tiers(path)


def refusal(folder: Path, text: str | bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(folder, text)
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "1,99,2.40\n100,,2.1\n",
        "\ufeff" + HEADER + "1,99,2.40\n100,,2.1\n",
        HEADER.replace("\n", "\r\n") + "1,99,2.40\r\n100,,2.1\r\n",
        '\n"From","TO", Unit_Price \n\n 1 ,"99", 2.40 \n100, ,2.1',
    ],
)
def test_rows_are_read_in_their_order(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [TierRow(1, 99, Decimal("2.40")), TierRow(100, None, Decimal("2.1"))]


def test_what_only_a_table_can_tell_is_left_to_the_table(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == []
    assert read(tmp_path, HEADER + "-5,-9,-1\n") == [TierRow(-5, -9, Decimal(-1))]
    assert read(tmp_path, HEADER + f"1,{MOST_SEATS},.5\n") == [TierRow(1, MOST_SEATS, Decimal("0.5"))]


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ("1,99", "columns: 1,99"),
        ("1,99,2,40", "columns: 1,99,2,40"),
        ("one,99,2", "seats: one"),
        (",99,2", "seats: "),
        ("1.0,99,2", "seats: 1.0"),
        ("1,1e3,2", "seats: 1e3"),
        ("1,1_000,2", "seats: 1_000"),
        ("1,٩٩,2", "seats: ٩٩"),
        ("1,²,2", "seats: ²"),
        (f"1,{MOST_SEATS + 1},2", f"seats: {MOST_SEATS + 1}"),
        ("1,,", "unit_price: "),
        ("1,,free", "unit_price: free"),
        ("1,,NaN", "unit_price: NaN"),
        ("1,,-Infinity", "unit_price: -Infinity"),
        ("1,,1e999999999", "unit_price: 1e999999999"),
        ("1,,2_40", "unit_price: 2_40"),
        ("1,,٢", "unit_price: ٢"),
        ("1,,.", "unit_price: ."),
        ("1,,€2", "unit_price: €2"),
        ('1,,"2,40"', "unit_price: 2,40"),
    ],
)
def test_bad_rows_are_refused_with_their_lines(tmp_path: Path, row: str, first: str) -> None:
    refused = refusal(tmp_path, f"{HEADER}1,,2\n\n{row}\n")
    assert refused.code == "price_rows_bad"
    assert refused.facts == {"count": 1, "lines": "4", "first": first}


def test_numbers_without_end_are_bad_rows(tmp_path: Path) -> None:
    for row in (f"{'9' * 5000},,2", f"1,,{'9' * 5000}", f"1,,0.{'0' * 5000}1"):
        assert refusal(tmp_path, f"{HEADER}{row}\n").code == "price_rows_bad"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        ("\n\n", "file_empty"),
        ("from,to\n", "file_header_wrong"),
        ("from;to;unit_price\n", "file_header_wrong"),
        ('"from,to,unit_price\n', "file_header_wrong"),
        ("1,99,2\n", "file_header_wrong"),
        ((HEADER + "1,,2£\n").encode("latin-1"), "file_not_utf8"),
        ((HEADER + "1,,2\n").encode("utf-16"), "file_not_utf8"),
        (HEADER + "1,\0,2\n", "file_has_nul"),
        (HEADER + '1,"99,2\n', "file_quotes_wrong"),
        (b"x" * (MOST_BYTES + 1), "file_too_large"),
    ],
)
def test_what_is_no_price_file_is_refused(tmp_path: Path, text: str | bytes, code: str) -> None:
    assert refusal(tmp_path, text).code == code


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, code in (
        (tmp_path, "file_is_directory"),
        (tmp_path / "x", "file_missing"),
        (Path("/dev/zero"), "file_not_regular"),
    ):
        with pytest.raises(Refused) as refused:
            read_tiers(path)
        assert refused.value.code == code


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text('0123456789,.-\n "e_', max_size=60))
def test_whatever_is_written_is_read_or_refused(tmp_path: Path, text: str) -> None:
    try:
        tiers = read(tmp_path, (HEADER + text).encode("utf-8", "replace"))
    except Refused:
        return
    assert all(tier.unit_price.is_finite() for tier in tiers)
