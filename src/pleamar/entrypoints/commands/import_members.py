"""`pleamar import-members`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.actions.import_members import import_members
from pleamar.adapters.directories.csv_file import read_people
from pleamar.entrypoints.commands.command import Command, by_console, whole_number
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.of_account import left_inactive
from pleamar.entrypoints.commands.progress import working
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", type=Path)
    parser.add_argument("--account", required=True, metavar="A")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--full-list", action="store_true", help="whoever is not in the file becomes inactive")
    parser.add_argument("--preview", action="store_true", help="say what would happen, and change nothing")
    parser.add_argument(
        "--confirm-removals",
        type=whole_number,
        metavar="N",
        help="with --full-list: yes, N members are to become inactive",
    )


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = find_account(EVERYTHING, partner.id, arguments.account)
    with working(f"Reading {arguments.file.name}"):
        file = read_people(arguments.file)
    with working(f"{len(file.people):,} people into {account.name}"):
        done = import_members(
            partner.id,
            account.id,
            file.people,
            cause=by_console("import-members", reference=arguments.file.name),
            clock=clock(),
            full_list=arguments.full_list,
            preview=arguments.preview,
            confirmed_removals=arguments.confirm_removals,
        )
    change = done.change
    sys.stdout.write(
        f"{'Preview, nothing was changed: ' if done.preview else ''}{account.name}: "
        f"{change.activated:,} made active, {change.deactivated:,} made inactive, "
        f"{len(file.people) - change.activated - len(change.over_limit) - len(change.denied):,} already so. "
        f"{partner.name}: {change.seats_before:,} → {counted(change.seats_after, 'seat')}, peak {change.peak:,}.\n"
    )
    for skipped in file.skipped:
        sys.stdout.write(f"line {skipped.line}: {skipped.text} left out ({skipped.reason.replace('_', ' ')})\n")
    sys.stdout.writelines(f"{line}\n" for line in left_inactive(change))
    return 0


COMMAND = Command(
    help="make everybody in a CSV file an active member; also takes Microsoft 365's and Google's own user exports",
    example='pleamar import-members users.csv --account "Contoso" --partner "Northwind IT" --preview',
    arguments=_arguments,
    run=_run,
)
