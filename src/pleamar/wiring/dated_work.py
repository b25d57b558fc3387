"""What is due by its date and costs nobody anything but attention: trials, notices, warnings, alerts."""

from __future__ import annotations

from pleamar.actions.activate_due_trials import activate_due_trials
from pleamar.actions.announce_prices import announce_prices
from pleamar.actions.expire_trials import expire_trials
from pleamar.actions.remind_of_cards import remind_of_cards
from pleamar.actions.remind_of_cycles import remind_of_cycles
from pleamar.actions.remind_of_trials import remind_of_trials
from pleamar.actions.review_standings import review_standings
from pleamar.actions.watch_usage import watch_usage
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


def do_dated_work(clock: Clock, *, cause: Cause) -> int:
    """All of it, as of the clock's moment; the number of trials that went live.

    To be done once what has ended is closed and what is due was charged, for the warnings are of what is left.
    """
    activated = activate_due_trials(clock=clock)
    now = clock()
    expire_trials(cause=cause, now=now)
    remind_of_trials(now=now)
    remind_of_cycles(now=now)
    remind_of_cards(now=now)
    review_standings(now=now)
    announce_prices(now=now)
    watch_usage(now=now)
    return activated
