"""What is due by its date, beside the bills: trials, notices, warnings, suspensions, alerts.

Some of it costs: a trial that goes live as it was planned is billed from then on, and a suspension shuts users out.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

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


@dataclass(frozen=True, slots=True)
class DatedWork:
    """How many trials went live and ended; how many partners were warned, proposed for suspension, suspended and let in
    again; how many were told that prices rise; how many alerts spoke.

    Reminders are counted among the mails that are sent.
    """

    activated: int = 0
    expired: int = 0
    warned: int = 0
    proposed: int = 0
    suspended: int = 0
    restored: int = 0
    price_rises: int = 0
    alerts: int = 0

    @property
    def is_something(self) -> bool:
        """Whether any of it was."""
        return any(astuple(self))


def do_dated_work(clock: Clock, *, cause: Cause) -> DatedWork:
    """All of it, as of the clock's moment.

    To be done once what has ended is closed and what is due was charged, for the warnings are of what is left.
    """
    activated = activate_due_trials(clock=clock)
    now = clock()
    expired = expire_trials(cause=cause, now=now)
    remind_of_trials(now=now)
    remind_of_cycles(now=now)
    remind_of_cards(now=now)
    standing = review_standings(now=now)
    return DatedWork(
        activated=activated,
        expired=expired,
        warned=standing.warned,
        proposed=standing.proposed,
        suspended=standing.suspended,
        restored=standing.restored,
        price_rises=announce_prices(now=now),
        alerts=watch_usage(now=now),
    )
