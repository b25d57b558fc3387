"""`pleamar trial extend`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.extend_trial import extend_trial
from pleamar.entrypoints.commands.command import Command, by_console, whole_number
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.entrypoints.commands.times import typed_moment
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.trials import checked_trial_days
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--partner", required=True, metavar="P")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--until", metavar="T", help="when it ends, ISO 8601 with offset")
    end.add_argument(
        "--days", type=whole_number, metavar="N", help="so many days of 24 hours later; from now if it has ended"
    )
    parser.add_argument("--limit", type=whole_number, metavar="N", help="how many active users it may have")
    parser.add_argument("--reason", default="", metavar="R", help="why; it is kept with the change")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    found = find_account(EVERYTHING, partner.id, arguments.name)
    now = clock()()
    by = typed_moment(arguments.until) if arguments.until else checked_trial_days(arguments.days)
    cause = by_console("trial extend", reason=arguments.reason)
    trial = extend_trial(partner.id, found.id, by, cause=cause, now=now, member_limit=arguments.limit)
    limit = trial.trial_member_limit
    most = "" if limit is None else f", with at most {counted(limit, 'active user')}"
    sys.stdout.write(f"{trial.name}: on trial until {moment_text(trial.trial_ends_at)}{most}.\n")
    return 0


COMMAND = Command(
    help="let a customer's trial end later; one that has ended begins again",
    example='pleamar trial extend "Fabrikam" --partner "Northwind IT" --days 14 --reason "on holiday"',
    arguments=_arguments,
    run=_run,
)
