"""`pleamar alert add`."""

from __future__ import annotations

import sys
from argparse import Namespace

from pleamar.actions.set_alert import set_alert
from pleamar.entrypoints.commands.alerting import alert_arguments, meant_alert
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.wiring.clock import clock


def _run(arguments: Namespace) -> int:
    now = clock()()
    meant = meant_alert(arguments, now)
    set_alert(
        *(meant.partner_id, meant.kind, meant.threshold),
        currency=meant.currency,
        cause=by_console("alert add"),
        now=now,
    )
    sys.stdout.write(f"{meant.partner} is told once a cycle: {meant.text}.\n")
    return 0


COMMAND = Command(
    help="tell a partner, once a cycle, when its use reaches a number of seats, an amount, or a growth",
    example='pleamar alert add --partner "Northwind IT" --seats 100',
    arguments=alert_arguments,
    run=_run,
)
