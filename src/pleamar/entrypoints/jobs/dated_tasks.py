"""What workers do because a date has come: trials, notices, warnings, alerts. Each calls one action."""

from __future__ import annotations

from dataclasses import asdict

from pleamar.actions.activate_due_trials import activate_due_trials as activate_due
from pleamar.actions.announce_prices import announce_prices as announce
from pleamar.actions.expire_trials import expire_trials as expire
from pleamar.actions.remind_of_cards import remind_of_cards as remind_card_holders
from pleamar.actions.remind_of_cycles import remind_of_cycles as remind_partners
from pleamar.actions.remind_of_trials import remind_of_trials as remind_trial_owners
from pleamar.actions.review_standings import review_standings as review
from pleamar.actions.watch_usage import watch_usage as watch
from pleamar.entrypoints.jobs.task import log, sweep
from pleamar.rules.causes import Cause
from pleamar.wiring.clock import clock
from pleamar.wiring.jobs import QUEUE

_CALENDAR = Cause(actor="pleamar worker", means="calendar")


@sweep("* * * * *")
def activate_due_trials() -> None:
    """Activate the trials that were scheduled for a cycle which has begun."""
    activated = activate_due(clock=clock(), jobs=QUEUE)
    if activated:
        log.info("trials activated", extra={"facts": {"trials": activated}})


@sweep("* * * * *")
def expire_trials() -> None:
    """Tell of the trials that have ended."""
    expire(cause=_CALENDAR, now=clock()(), jobs=QUEUE)


@sweep("*/10 * * * *")
def remind_of_trials() -> None:
    """Tell of the trials that end soon."""
    remind_trial_owners(now=clock()(), jobs=QUEUE)


@sweep("*/10 * * * *")
def remind_of_cycles() -> None:
    """Tell of the cycles that end soon, and of cards that are missing then."""
    remind_partners(now=clock()(), jobs=QUEUE)


@sweep("*/10 * * * *")
def remind_of_cards() -> None:
    """Tell of the cards that expire soon."""
    remind_card_holders(now=clock()(), jobs=QUEUE)


@sweep("* * * * *")
def review_standings() -> None:
    """Warn, suspend and let in again whoever it is time for."""
    report = review(now=clock()(), jobs=QUEUE)
    if report.is_something:
        log.info("standings reviewed", extra={"facts": asdict(report)})


@sweep("*/10 * * * *")
def announce_prices() -> None:
    """Tell of the rises in prices that are near."""
    announce(now=clock()(), jobs=QUEUE)


@sweep("* * * * *")
def watch_usage() -> None:
    """Tell whoever wanted to know of their use, and of growth that is unusual."""
    watch(now=clock()(), jobs=QUEUE)
