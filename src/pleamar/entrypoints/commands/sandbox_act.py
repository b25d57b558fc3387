"""`pleamar sandbox act`: the cardholder finishes 3-D Secure, in a sandbox."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.sandbox_payments import follow_up, payment_of, played
from pleamar.wiring.clock import clock
from pleamar.wiring.payments import sandbox_gateway


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--charge", required=True, metavar="CHARGE", help="its identifier: pleamar charges")
    parser.add_argument("--fail", action="store_true", help="the cardholder cannot prove who he is")


def _run(arguments: Namespace) -> int:
    gateway, now = sandbox_gateway(), clock()()
    charge, payment = payment_of(arguments.charge, gateway)
    played(lambda: gateway.act(payment, succeed=not arguments.fail))
    follow_up(charge, gateway, now)
    return 0


COMMAND = Command(
    help="play the cardholder of a charge that waits for 3-D Secure, in a sandbox",
    example="pleamar sandbox act --charge chg_2x4y6z8b0c1d3f5g7h9j2k4m6n",
    arguments=_arguments,
    run=_run,
)
