"""A price book's tiers from a CSV file: `from,to,unit_price`, `to` empty for "and more" (rule M9)."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Final

from pleamar.adapters.files.delimited import BadRow, BadRows, check_header, opened
from pleamar.rules.prices import TierRow

COLUMNS: Final = ("from", "to", "unit_price")
MOST_BYTES: Final = 1_000_000
MOST_SEATS: Final = 2_000_000_000  # what a database's integer holds

_SEATS: Final = re.compile(r"-?[0-9]{1,20}")
# No exponents, groups of digits or words: `1e3`, `1_000` and `NaN` are slips where a price is meant.
_PRICE: Final = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")


def read_tiers(path: Path) -> list[TierRow]:
    """The rows of the file, not yet checked as a table (`rules.prices.checked_tiers` does that).

    Seats are whole numbers, prices decimals with a point, in major units. Refuses `file_header_wrong`,
    `price_rows_bad` (facts count, lines, first) and what every file does.
    """
    with opened(path, most_bytes=MOST_BYTES) as file:
        check_header(file.header(), COLUMNS)
        rows, bad = [], BadRows()
        for line, record in file.records(","):
            try:
                rows.append(_tier(record))
            except BadRow as error:
                bad.add(line, error)
        bad.refuse("price_rows_bad")
        return rows


def _tier(record: list[str]) -> TierRow:
    if len(record) != len(COLUMNS):
        raise BadRow("columns", ",".join(record))
    first, last, unit_price = (cell.strip() for cell in record)
    return TierRow(_seats(first), _seats(last) if last else None, _price(unit_price))


def _seats(text: str) -> int:
    if not _SEATS.fullmatch(text) or abs(int(text)) > MOST_SEATS:
        raise BadRow("seats", text)
    return int(text)


def _price(text: str) -> Decimal:
    if not _PRICE.fullmatch(text):
        raise BadRow("unit_price", text)
    return Decimal(text)
