"""`pleamar partner list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.partners import PartnerRow, partners
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock

_COLUMNS = ["name", "id", "currency", "timezone", "cycle_start", "cycle_end", "seats", "peak", "card", "outstanding"]


def _run(arguments: Namespace) -> int:
    rows = partners(EVERYTHING, now=clock()())
    print_rows([*_COLUMNS, "shadow"], map(_row, rows), arguments.format, untold=["id", "timezone"])
    return 0


def _row(partner: PartnerRow) -> dict[str, Value]:
    card = partner.card
    return {
        "name": partner.name,
        "id": partner.public_id,
        "currency": partner.currency,
        "timezone": partner.timezone,
        "cycle_start": partner.cycle_start,
        "cycle_end": partner.cycle_end,
        "seats": partner.seats,
        "peak": partner.peak,
        "card": "none" if card is None else f"{card.brand} {card.last4}{'' if card.usable else ' (declined)'}",
        "outstanding": " + ".join(f"{owed.decimal:f} {owed.currency}" for owed in partner.outstanding) or "0",
        "shadow": partner.shadow,
    }


def _arguments(parser: ArgumentParser) -> None:
    format_argument(parser)


COMMAND = Command(
    help="list the partners with their running cycle, seats now, peak so far and what they owe",
    example="pleamar partner list --format csv",
    arguments=_arguments,
    run=_run,
)
