"""Which alert is meant, as it is typed at the console."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import NamedTuple

from pleamar.entrypoints.commands.command import whole_number
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import money_text
from pleamar.queries.alerts import meant_currency
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.alerts import AlertKind
from pleamar.rules.money import Money, typed


class MeantAlert(NamedTuple):
    """An alert of a partner; `text` is how it is told: `peak of 100 seats`. `currency` is an amount's, else None."""

    partner_id: int
    partner: str
    kind: AlertKind
    threshold: int
    text: str
    currency: str | None = None


def alert_arguments(parser: ArgumentParser) -> None:
    """`--partner P`, one of `--seats N`, `--amount A` and `--growth PERCENT`, and `--currency C` of the amount."""
    parser.add_argument("--partner", required=True, metavar="P")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--seats", metavar="N", type=whole_number, help="the peak reaches so many seats")
    kind.add_argument("--amount", metavar="A", help="the peak costs so much, net")
    kind.add_argument(
        "--growth", metavar="PERCENT", type=whole_number, help="the peak exceeds the last cycle's by so many percent"
    )
    parser.add_argument("--currency", metavar="C", help="of the amount (default: the running cycle's)")


def meant_alert(arguments: Namespace, now: datetime) -> MeantAlert:
    """The alert typed. Refuses `partner_unknown`, `amount_invalid` and `currency_unknown`."""
    partner = find_partner(EVERYTHING, arguments.partner)
    whose = partner.id, partner.name
    if arguments.seats is not None:
        return MeantAlert(*whose, "seats", arguments.seats, threshold_text("seats", arguments.seats, None))
    if arguments.growth is not None:
        return MeantAlert(*whose, "growth", arguments.growth, threshold_text("growth", arguments.growth, None))
    currency = meant_currency(EVERYTHING, partner.id, "amount", arguments.currency, now=now)
    amount = typed(arguments.amount, currency)
    return MeantAlert(*whose, "amount", amount.minor, threshold_text("amount", amount.minor, amount), currency)


def threshold_text(kind: str, threshold: int, amount: Money | None) -> str:
    """`peak of 100 seats`, `amount of 250.00 USD`, `growth of 50 %`."""
    if amount is not None:
        return f"amount of {money_text(amount)}"
    return f"growth of {threshold:,} %" if kind == "growth" else f"peak of {counted(threshold, 'seat')}"
