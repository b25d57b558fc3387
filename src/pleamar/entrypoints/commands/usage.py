"""`pleamar usage`: a partner's running cycle, whose seats they are, and what is still free in it (rules M2, M12)."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import line_text, money_text, next_tier_text, price_value
from pleamar.entrypoints.commands.tables import Value, format_argument, moment_text, print_rows
from pleamar.queries.cycle_use import AccountUse
from pleamar.queries.past_cycles import PastCycle
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.usage import PricedUse, Usage, usage
from pleamar.rules.money import total
from pleamar.wiring.clock import clock

_ACCOUNTS = ["account", "id", "state", "suspended", "now", "at_peak", "share", "own_peak"]
_CYCLES = ["cycle_start", "cycle_end", "peak", "peak_at", "unit_price", "net", "invoice"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("partner", metavar="PARTNER")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    told = usage(EVERYTHING, arguments.partner, now=clock()())
    if arguments.format != "table":
        print_rows(_ACCOUNTS, map(_account, told.accounts), arguments.format)
        return 0
    for line in _headline(told):
        sys.stdout.write(f"{line}\n")
    if told.accounts:
        sys.stdout.write("\nWhose seats they are (now and at the peak they add up; own peaks do not):\n")
        print_rows(_ACCOUNTS, [*map(_account, told.accounts), _sum(told)], "table", untold=["id"])
    if told.past:
        sys.stdout.write("\nCycles before:\n")
        print_rows(_CYCLES, map(_cycle, told.past), "table")
    return 0


def _headline(told: Usage) -> Iterator[str]:
    bounds = f"{moment_text(told.cycle_start)} to {moment_text(told.cycle_end)} ({told.timezone})"
    yield f"{told.partner}, {'last cycle' if told.ended else 'cycle'} {bounds}"
    yield (
        f"{counted(told.seats, 'seat')} {'at its end' if told.ended else 'now'},"
        f" peak {told.peak:,}, first reached {moment_text(told.peak_at)}"
    )
    if told.priced is None:
        yield f"No price book in {told.currency} applies to it: pleamar prices load"
        return
    calculation = told.priced.calculation
    yield from map(line_text, calculation.priced.lines)
    compared = ", only to be compared" if told.shadow else ""
    yield f"So far {money_text(calculation.priced.total)}, net{compared}"
    if not told.ended:
        if calculation.following:
            yield next_tier_text(calculation)
        yield _room(told.priced, told.cycle_end)


def _room(priced: PricedUse, until: datetime) -> str:
    end = moment_text(until)
    if priced.room is None:
        return f"Room for any number of seats at no extra cost until {end}"
    if priced.room == 0:
        return f"No room: one more seat makes this cycle dearer, which ends {end}"
    return (
        f"Room for {counted(priced.room, 'more seat')} at no extra cost until {end};"
        " those still active then count in the next cycle"
    )


def _account(row: AccountUse) -> dict[str, Value]:
    return {
        "account": row.account,
        "id": row.public_id,
        "state": row.state,
        "suspended": row.suspended,
        "now": row.seats,
        "at_peak": row.at_peak,
        "share": row.share,
        "own_peak": row.own_peak,
    }


def _sum(told: Usage) -> dict[str, Value]:
    shares = [row.share for row in told.accounts if row.share is not None]
    return {
        "account": "all",
        "id": "",
        "state": "",
        "suspended": False,
        "now": sum(row.seats for row in told.accounts),
        "at_peak": sum(row.at_peak for row in told.accounts),
        "share": total(shares, told.currency) if shares else None,
        "own_peak": None,
    }


def _cycle(row: PastCycle) -> dict[str, Value]:
    price = None
    if row.unit_price is not None and row.net is not None:
        price = price_value(row.unit_price, row.net.currency)
    return {
        "cycle_start": row.cycle_start,
        "cycle_end": row.cycle_end,
        "peak": row.peak,
        "peak_at": row.peak_at,
        "unit_price": price,
        "net": row.net,
        "invoice": row.invoice or ("in shadow" if row.shadow else ""),
    }


COMMAND = Command(
    help="a partner's running cycle: seats, peak, what it costs, whose seats, room at no extra cost; and past cycles",
    example='pleamar usage "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
