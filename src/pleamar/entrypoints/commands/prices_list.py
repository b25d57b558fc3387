"""`pleamar prices list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from itertools import zip_longest

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.priced import price_value
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.partners import partner_names
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["currency", "book", "valid_from", "mode", "capped", "from", "to", "unit_price"]


def _arguments(parser: ArgumentParser) -> None:
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    print_rows(_COLUMNS, _rows(), arguments.format)
    return 0


def _rows() -> Iterator[dict[str, Value]]:
    names = partner_names(EVERYTHING)
    books = price_books(EVERYTHING).versions
    for (currency, partner_id), versions in sorted(books.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        for version in sorted(versions, key=lambda version: str(version.valid_from or "")):
            for tier, following in zip_longest(version.tiers, version.tiers[1:]):
                yield {
                    "currency": currency,
                    "book": "list" if partner_id is None else names[partner_id],
                    "valid_from": version.valid_from,
                    "mode": version.mode,
                    "capped": version.capped,
                    "from": tier.minimum,
                    "to": following.minimum - 1 if following else None,
                    "unit_price": price_value(tier.unit_price, currency),
                }


COMMAND = Command(
    help="list the price books: every version with its tiers",
    example="pleamar prices list",
    arguments=_arguments,
    run=_run,
)
