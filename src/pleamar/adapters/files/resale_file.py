"""How a partner bills its customers, from a CSV file: one row a customer, as in the file that Pleamar gives out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from pleamar.adapters.files.delimited import BadRow, BadRows, opened, shown
from pleamar.rules.currencies import checked_currency
from pleamar.rules.rebill import checked_reference, checked_sell_price
from pleamar.rules.refusals import Refused

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 5_000
COLUMNS: Final = ("customer_id", "customer", "reference", "product_code", "sell_price", "currency")

_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class ReadTerms:
    """A row, by the line on which it starts. `customer_id` names its customer or, where that is empty, `customer`.

    None is what the file has no column for. `price` is None where its cell is empty, too; then `has_price` says which.
    """

    line: int
    customer_id: str
    customer: str
    reference: str | None
    product_code: str | None
    has_price: bool
    price: Decimal | None
    currency: str


class _Layout(NamedTuple):
    """Where each known column stands, and how many there are of all."""

    places: dict[str, int]
    width: int


def read_resale_terms(path: Path) -> list[ReadTerms]:
    """Every row of the file. At most 2 MB and 5,000 rows; UTF-8, or UTF-16 with its mark; comma, semicolon or tab.

    Columns it does not know are passed over; one of `customer_id` and `customer` must be there. All or nothing: refuses
    `file_rows_bad` (count, lines, first), `file_header_wrong`, `file_column_twice`, `file_rows_too_many` and what every
    file does.
    """
    with opened(path, most_bytes=MOST_BYTES, utf16=True) as file:
        header = file.header()
        delimiter = max(_DELIMITERS, key=header.count)
        layout = _layout(header, delimiter)
        bad = BadRows()
        rows: list[ReadTerms] = []
        for line, record in file.given_out(delimiter):
            if not any(cell.strip() for cell in record):
                continue
            if len(rows) + bad.count == MOST_ROWS:
                raise Refused("file_rows_too_many", most=MOST_ROWS)
            try:
                rows.append(_row(line, record, layout))
            except BadRow as error:
                bad.add(line, error)
        bad.refuse("file_rows_bad")
        return rows


def _layout(header: str, delimiter: str) -> _Layout:
    try:
        cells = [cell.strip().casefold() for cell in next(csv.reader([header], delimiter=delimiter, strict=True))]
    except csv.Error:
        cells = []
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if cell in places:
            raise Refused("file_column_twice", column=shown(cell))
        if cell in COLUMNS:
            places[cell] = place
    if not places.keys() & {"customer_id", "customer"}:
        raise Refused("file_header_wrong", found=shown(header, 200), expected=",".join(COLUMNS))
    return _Layout(places, len(cells))


def _row(line: int, record: list[str], layout: _Layout) -> ReadTerms:
    if len(record) != layout.width:
        raise BadRow("columns_wrong", f"{len(record)}/{layout.width}")
    cells = {column: record[place].strip() for column, place in layout.places.items()}
    customer_id, customer = cells.get("customer_id", ""), cells.get("customer", "")
    if not customer_id and not customer:
        raise BadRow("account_missing", "")
    price, currency = cells.get("sell_price", ""), cells.get("currency", "")
    try:
        told = checked_sell_price(price) if price else None
    except Refused:
        raise BadRow("unit_price", price) from None
    try:
        currency = checked_currency(currency) if currency else ""
    except Refused:
        raise BadRow("currency", currency) from None
    return ReadTerms(
        line=line,
        customer_id=customer_id,
        customer=customer,
        reference=_reference(cells, "reference"),
        product_code=_reference(cells, "product_code"),
        has_price="sell_price" in cells,
        price=told,
        currency=currency,
    )


def _reference(cells: dict[str, str], column: str) -> str | None:
    if column not in cells:
        return None
    try:
        return checked_reference(cells[column])
    except Refused:
        raise BadRow("reference", cells[column]) from None
