"""`pleamar alert remove`."""

from __future__ import annotations

import sys
from argparse import Namespace

from pleamar.actions.remove_alert import remove_alert
from pleamar.entrypoints.commands.alerting import alert_arguments, meant_alert
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.wiring.clock import clock


def _run(arguments: Namespace) -> int:
    now = clock()()
    meant = meant_alert(arguments, now)
    remove_alert(
        *(meant.partner_id, meant.kind, meant.threshold),
        currency=meant.currency,
        cause=by_console("alert remove"),
        now=now,
    )
    sys.stdout.write(f"{meant.partner} is no longer told: {meant.text}.\n")
    return 0


COMMAND = Command(
    help="remove an alert on a partner's use",
    example='pleamar alert remove --partner "Northwind IT" --seats 100',
    arguments=alert_arguments,
    run=_run,
)
