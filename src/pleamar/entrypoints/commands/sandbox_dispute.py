"""`pleamar sandbox dispute`: the cardholder's bank takes a charge back, in a sandbox."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.sandbox_payments import follow_up, payment_of, played
from pleamar.ports.payments import Dispute, GatewayRefused
from pleamar.wiring.clock import clock
from pleamar.wiring.payments import sandbox_gateway


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--charge", required=True, metavar="CHARGE", help="its identifier: pleamar charges")
    decided = parser.add_mutually_exclusive_group()
    decided.add_argument("--won", action="store_true", help="it is decided for the vendor")
    decided.add_argument("--lost", action="store_true", help="it is decided for the cardholder")


def _run(arguments: Namespace) -> int:
    gateway, now = sandbox_gateway(), clock()()
    charge, payment = payment_of(arguments.charge, gateway)
    dispute = played(lambda: _open(gateway, payment, decide=arguments.won or arguments.lost))
    if arguments.won or arguments.lost:
        dispute = played(lambda: gateway.close_dispute(dispute.id, won=arguments.won))
    sys.stdout.write(f"The dispute over {dispute.amount.decimal:,f} {dispute.amount.currency} is {dispute.status}.\n")
    follow_up(charge, gateway, now)
    return 0


def _open(gateway: SandboxGateway, payment: str, *, decide: bool) -> Dispute:
    """The payment's open dispute where one is to be decided; else a new one."""
    known = list(gateway.disputes_of(payment))
    still_open = [dispute for dispute in known if dispute.status == "open"]
    if decide and still_open:
        return still_open[0]
    if known:
        raise GatewayRefused("dispute_closed" if not still_open else "dispute_open")
    return gateway.dispute(payment)


COMMAND = Command(
    help="dispute a charge that succeeded, or decide its dispute, in a sandbox",
    example="pleamar sandbox dispute --charge chg_2x4y6z8b0c1d3f5g7h9j2k4m6n --lost",
    arguments=_arguments,
    run=_run,
)
