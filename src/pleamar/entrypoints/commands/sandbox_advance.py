"""`pleamar sandbox advance`: time passes in a sandbox, and what is due on the way is done."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime, timedelta

from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.entrypoints.commands.times import LATEST
from pleamar.queries.due_dates import running_cycle_end
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.advancing import advance_working
from pleamar.wiring.clock import clock, refuse_real_clock
from pleamar.wiring.due_work import DueWork
from pleamar.wiring.letters import letter_writer
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.mail import letter


def _days(text: str) -> timedelta:
    if not re.fullmatch(r"[0-9]{1,5}", text.strip(), re.ASCII) or int(text) == 0:
        raise ArgumentTypeError(f"not a number of days from 1 to 99,999: {text[:40]!r}")
    return timedelta(days=int(text))


def _arguments(parser: ArgumentParser) -> None:
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--days", type=_days, metavar="N", help="so many days from now")
    target.add_argument("--to-cycle-end", metavar="P", help="to the end of this partner's running cycle")


def _run(arguments: Namespace) -> int:
    refuse_real_clock()
    until, write = _until(arguments), letter_writer(letter, invoice_paper)
    advance_working(until, cause=by_console("sandbox advance"), write=write, tell=_tell)
    sys.stdout.write(f"The sandbox's clock is now {moment_text(until)}.\n")
    return 0


def _until(arguments: Namespace) -> datetime:
    now = clock()()
    until: datetime | None
    if arguments.to_cycle_end is None:
        until = now.replace(microsecond=0) + arguments.days
    else:
        partner = find_partner(EVERYTHING, arguments.to_cycle_end)
        until = running_cycle_end(EVERYTHING, partner.id, now=now)
        if until is None:
            raise Refused("partner_closed")
    if until > LATEST:
        raise Refused("time_too_late", time=until.isoformat(), latest=LATEST.isoformat())
    return until


def _tell(now: datetime, done: DueWork) -> None:
    if done.is_something:
        sys.stdout.write(f"{moment_text(now.replace(microsecond=0))}  {_told(done)}\n")
        sys.stdout.flush()


def _told(done: DueWork) -> str:
    dated = done.dated
    told = {
        counted(done.cycles, "cycle") + " closed": done.cycles,
        counted(done.invoices, "invoice"): done.invoices,
        counted(done.succeeded, "charge") + " succeeded": done.succeeded,
        f"{done.declined:,} declined": done.declined,
        f"{done.waiting:,} waiting": done.waiting,
        f"{done.unanswered:,} without an answer": done.unanswered,
        counted(done.events, "event"): done.events,
        counted(dated.activated, "trial") + " activated": dated.activated,
        counted(dated.expired, "trial") + " ended": dated.expired,
        counted(dated.warned, "partner") + " warned": dated.warned,
        counted(dated.proposed, "suspension") + " proposed": dated.proposed,
        counted(dated.suspended, "partner") + " suspended": dated.suspended,
        counted(dated.restored, "partner") + " let in again": dated.restored,
        counted(dated.price_rises, "price rise") + " told": dated.price_rises,
        counted(dated.alerts, "alert"): dated.alerts,
        counted(done.mails, "mail"): done.mails,
    }
    return ", ".join(text for text, count in told.items() if count)


COMMAND = Command(
    help="let time pass in a sandbox: whatever is due on the way is done at its time",
    example='pleamar sandbox advance --to-cycle-end "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
