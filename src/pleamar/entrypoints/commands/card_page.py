"""`pleamar card page`: where a partner enters a card, at the payment provider."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.begin_card_setup import begin_card_setup
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.links import CARD_SAVED, public_address
from pleamar.wiring.payments import payment_provider


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="P")


def _run(arguments: Namespace) -> int:
    provider, partner = payment_provider(), find_partner(EVERYTHING, arguments.partner)
    if provider.provider == "sandbox":
        raise Refused("card_page_needs_stripe")
    base = public_address(os.environ)
    if base is None:
        raise Refused("public_address_missing")
    cause = by_console("card page")
    address = begin_card_setup(partner.id, provider, return_to=f"{base}/{CARD_SAVED}", cause=cause, now=clock()())
    sys.stdout.write(f"{address}\n")
    return 0


COMMAND = Command(
    help="open Stripe's page on which a partner enters a card, and say where it is: send it to the partner",
    example='pleamar card page --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
