"""`pleamar forecast`: where a partner's running cycle will probably end."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import money_text
from pleamar.entrypoints.commands.tables import Value, format_argument, moment_text, print_rows
from pleamar.queries.forecast import AmountForecast, PeakForecast, peak_forecast
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.forecast import FEWEST_CYCLES
from pleamar.wiring.clock import clock

_COLUMNS = ["partner", "cycle_end", "seats", "peak", "low", "likely", "high", "currency"]
_AMOUNTS = ["so_far", "amount_low", "amount_likely", "amount_high"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("partner", metavar="PARTNER")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    told = peak_forecast(EVERYTHING, arguments.partner, now=clock()())
    if arguments.format != "table":
        print_rows([*_COLUMNS, *_AMOUNTS, "cycles"], [_row(told)], arguments.format)
        return 0
    for line in _lines(told):
        sys.stdout.write(f"{line}\n")
    return 0


def _lines(told: PeakForecast) -> Iterator[str]:
    end = moment_text(told.cycle_end)
    yield f"{told.partner}: {counted(told.seats, 'seat')}, peak {told.peak:,} so far, until {end} ({told.timezone})"
    if told.ended:
        yield f"Its last cycle is over, with a peak of {told.peak:,}"
        return
    outlook = told.forecast
    if outlook.likely is None or outlook.high is None:
        yield (
            f"Too little is known to say more: it takes {FEWEST_CYCLES} whole cycles, and there are {outlook.cycles}"
        )
    else:
        yield f"Peak at the end: about {outlook.likely:,}, between {outlook.low:,} and {outlook.high:,}"
    yield from _amounts(told.amount)
    if outlook.is_known:
        yield f"By how the last {counted(outlook.cycles, 'cycle')} went on from the same point"


def _amounts(amount: AmountForecast | None) -> Iterator[str]:
    if amount is None:
        return
    if amount.low is not None and amount.likely is not None and amount.high is not None:
        yield (
            f"Amount: about {money_text(amount.likely)}, between {money_text(amount.low)} and"
            f" {money_text(amount.high)}, net; so far {money_text(amount.so_far)}"
        )
    else:
        yield f"Amount: so far {money_text(amount.so_far)}, net"


def _row(told: PeakForecast) -> dict[str, Value]:
    amount = told.amount
    return {
        "partner": told.partner,
        "cycle_end": told.cycle_end,
        "seats": told.seats,
        "peak": told.peak,
        "low": told.forecast.low,
        "likely": told.forecast.likely,
        "high": told.forecast.high,
        "currency": amount.so_far.currency if amount else None,
        "so_far": amount.so_far if amount else None,
        "amount_low": amount.low if amount else None,
        "amount_likely": amount.likely if amount else None,
        "amount_high": amount.high if amount else None,
        "cycles": told.forecast.cycles,
    }


COMMAND = Command(
    help="where a partner's running cycle will probably end: peak and amount, and how much that rests on",
    example='pleamar forecast "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
