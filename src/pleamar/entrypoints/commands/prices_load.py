"""`pleamar prices load`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from pleamar.actions.load_prices import LoadingPrices, NewPrices, load_prices, preview_prices
from pleamar.adapters.files.price_file import read_tiers
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.entrypoints.commands.times import typed_date
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.price_changes import PriceEffect
from pleamar.wiring.clock import clock

_COLUMNS = ["partner", "cycle_start", "seats", "before", "after", "currency", "change", "shadow"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV with the header from,to,unit_price")
    parser.add_argument("--currency", required=True, help="ISO 4217 code")
    parser.add_argument(
        "--from", dest="date", required=True, metavar="DATE", help="for cycles that start then or later"
    )
    parser.add_argument("--partner", metavar="P", help="agreed with this partner (default: everybody's list)")
    parser.add_argument("--mode", choices=["volume", "graduated"], default="volume", help="(default: volume)")
    parser.add_argument("--cap", action="store_true", help="never dearer than the next tier's minimum")
    parser.add_argument("--preview", action="store_true", help="load nothing: say what it would change, and for whom")
    parser.add_argument("--short-notice", action="store_true", help="also where it is dearer for somebody very soon")
    yes_argument(parser)
    parser.add_argument("--reason", default="", help="why, for the audit trail; needed at short notice")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner) if arguments.partner else None
    new = NewPrices(
        tiers=tuple(read_tiers(arguments.file)),
        currency=arguments.currency,
        valid_from=typed_date(arguments.date),
        partner_id=partner.id if partner else None,
        mode=arguments.mode,
        capped=arguments.cap,
    )
    now = clock()()
    loading = preview_prices(new, now=now)
    if arguments.preview:
        _tell(loading, arguments.format)
        return 0
    # What comes too soon is refused for that, whatever the answer to what it does would be.
    if not loading.too_soon or (arguments.short_notice and arguments.reason.strip()):
        _say(loading, arguments)
    version = load_prices(
        new.tiers,
        currency=new.currency,
        valid_from=new.valid_from,
        partner_id=new.partner_id,
        mode=new.mode,
        capped=new.capped,
        cause=by_console("prices load", reference=arguments.file.name, reason=arguments.reason),
        now=now,
        short_notice=arguments.short_notice,
    )
    whose = f"agreed with {partner.name}" if partner else "the list"
    sys.stdout.write(f"{version.public_id}: {version.book.currency}, {whose}, from {version.valid_from}\n")
    return 0


def _say(loading: LoadingPrices, arguments: Namespace) -> None:
    """What loading does, where it does something. Refuses `confirmation_needed` where something gets dearer."""
    changed = [row for row in loading.effects.rows if (row.before.minor if row.before else 0) != row.after.minor]
    rises = [row for row in changed if row.is_rise]
    if rises:
        print_rows(_COLUMNS, map(_row, rises), "table", untold=["currency"])
        sys.stdout.write("\n")
        confirmed(arguments, [_summary(changed)])
    elif changed:
        sys.stdout.write(f"{_summary(changed)}\n")


def _summary(rows: Sequence[PriceEffect]) -> str:
    billed = [row for row in rows if not row.shadow]
    dearer = {row.partner_id for row in rows if row.is_rise}
    cheaper = {row.partner_id for row in billed if row.before is not None and row.after < row.before} - dearer
    first = {row.partner_id for row in billed if row.before is None} - dearer - cheaper
    shadow = {row.partner_id for row in rows} - {row.partner_id for row in billed}
    kinds = [
        (dearer, "dearer for {:,}"),
        (cheaper, "cheaper for {:,}"),
        (first, "the first price for {:,}"),
        (shadow, "only compared for {:,}"),
    ]
    told = ", ".join(words.format(len(whose)) for whose, words in kinds if whose)
    return (
        f"It changes what {counted(len({row.partner_id for row in rows}), 'partner')} would pay by present use: {told}."
    )


def _tell(loading: LoadingPrices, form: str) -> None:
    rows = loading.effects.rows
    if form != "table":
        print_rows(_COLUMNS, map(_row, rows), form)
        return
    if not rows:
        sys.stdout.write("It would price nobody's cycles. Nothing was loaded.\n")
        return
    print_rows(_COLUMNS, map(_row, rows), form, untold=["currency"])
    dearer = {row.partner_id for row in rows if row.is_rise}
    touched = {row.partner_id for row in rows}
    sys.stdout.write(
        f"\n{counted(len(touched), 'partner')}, by the present peak of each; dearer for {len(dearer):,}."
        " Nothing was loaded.\n"
    )
    if loading.earliest is not None:
        sys.stdout.write(
            f"Too soon for {counted(loading.too_soon, 'partner')}: a cycle has begun or starts in less than"
            f" {counted(loading.notice_days, 'day')} that is dearer for some number of users.\n"
            f"To load it, date it {loading.earliest} or later, or give --short-notice --reason.\n"
        )


def _row(effect: PriceEffect) -> dict[str, Value]:
    return {
        "partner": effect.partner,
        "cycle_start": effect.cycle_start,
        "seats": effect.seats,
        "before": effect.before,
        "after": effect.after,
        "currency": effect.after.currency,
        "change": None if effect.before is None else effect.after - effect.before,
        "shadow": effect.shadow,
    }


COMMAND = Command(
    help="load the next version of a price book from a CSV file with the header from,to,unit_price",
    example="pleamar prices load prices.csv --currency EUR --from 2027-01-01 --preview",
    arguments=_arguments,
    run=_run,
)
