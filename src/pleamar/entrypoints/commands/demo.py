"""`pleamar demo`: a believable vendor, and a year of its bills, told in the terminal and then served as a portal."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta
from itertools import groupby
from time import sleep
from typing import Final

from pleamar.actions.record_act import record_act
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.demo_people import demo_password, let_people_in
from pleamar.entrypoints.commands.demo_play import Stage, play
from pleamar.entrypoints.commands.demo_present import set_present, set_scene
from pleamar.entrypoints.commands.demo_running import running_cycles
from pleamar.entrypoints.commands.demo_story import PARTNERS, schedule
from pleamar.entrypoints.commands.demo_telling import closing, doors, farewell, year
from pleamar.entrypoints.commands.listening import free_port, listening_arguments
from pleamar.entrypoints.commands.progress import working
from pleamar.entrypoints.commands.tables import console, show
from pleamar.entrypoints.commands.up import serve
from pleamar.queries.acts import was_done
from pleamar.queries.bills import bills
from pleamar.queries.partners import partner_names
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.database import home

_BEGUN: Final = "begin demo"
_BUILT: Final = "build demo"
_PEOPLED: Final = "let people into demo"
_LOG: Final = "demo.log"  # in the home: what web server and worker note is no part of the telling
_A_LOOK: Final = timedelta(milliseconds=400)  # that each closing stands still with --watch


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--watch", action="store_true", help="step through the year at a pace that can be read")
    parser.add_argument("--no-serve", action="store_true", help="stop when everything is told, and open no portal")
    listening_arguments(parser)


def _run(arguments: Namespace) -> int:
    if not was_done(EVERYTHING, _BUILT):
        _build(watched=arguments.watch)
    elif arguments.watch:
        _watch_again()
    if not was_done(EVERYTHING, _PEOPLED):  # an earlier version built it, or it was interrupted here
        let_people_in(clock()())
        record_act(_PEOPLED, "demo", cause=by_console("demo"), at=clock()())
    order = [partner.name for partner in PARTNERS]
    rows = sorted(bills(EVERYTHING), key=lambda row: order.index(row.partner) if row.partner in order else len(order))
    for partner, billed in groupby(rows, key=lambda row: row.partner):
        show(year(partner, list(billed), width=console().width))
    show(farewell(rows))
    if arguments.no_serve:
        return 0
    return _serve(arguments)


def _serve(arguments: Namespace) -> int:
    """The portal on the next free port, which need not be the one of the last time."""
    port = free_port(arguments.host, arguments.port)
    told = os.environ.get("PLEAMAR_ADDRESS", "").rstrip("/") or f"http://localhost:{port}"
    show(doors(told, demo_password(os.environ), taken=arguments.port if port != arguments.port else None))
    sys.stdout.flush()
    return serve(arguments.host, port, embedded=arguments.embedded, address=told, log=home(os.environ) / _LOG)


def _build(*, watched: bool) -> None:
    if partner_names(EVERYTHING):
        if was_done(EVERYTHING, _BEGUN):
            raise Refused("demo_interrupted", home=str(home(os.environ)))
        raise Refused("demo_needs_empty")
    now = clock()()
    events = sorted([*schedule(now), *running_cycles(now)], key=lambda event: event.at)
    stage = Stage(events[0].at, _show_closing if watched else _say_nothing)
    # Written down before anything else is, so that a demo which was interrupted can be told from partners of yours.
    record_act(_BEGUN, "demo", cause=by_console("demo"), at=now)
    set_scene(now)
    if watched:
        play(stage, events, now)
    else:
        with working("A year of a vendor's life"):
            play(stage, events, now)
    set_present(stage.clock, now)
    record_act(_BUILT, "demo", cause=by_console("demo"), at=now)


def _show_closing(moment: datetime) -> None:
    """What was closed a minute ago, when the story's clock stood at `moment`."""
    for row in bills(EVERYTHING, ended_after=moment - timedelta(minutes=2)):
        sys.stdout.write(f"{closing(row)}\n")
    sys.stdout.flush()
    sleep(_A_LOOK.total_seconds())


def _say_nothing(moment: datetime) -> None:
    del moment


def _watch_again() -> None:
    """The year is there already: its closings, in order of time."""
    for row in sorted(bills(EVERYTHING), key=lambda row: (row.cycle_end, row.partner)):
        sys.stdout.write(f"{closing(row)}\n")
        sys.stdout.flush()
        sleep((_A_LOOK // 4).total_seconds())


COMMAND = Command(
    help="a believable vendor in a sandbox, with a year of partners, users, invoices and charges; then its portal",
    example="pleamar demo --watch",
    arguments=_arguments,
    run=_run,
)
