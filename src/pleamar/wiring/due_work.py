"""Everything that is due at a moment, done in one go: what the workers' calendar does piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.poll_events import poll_events
from pleamar.actions.process_events import process_events
from pleamar.actions.send_messages import send_messages
from pleamar.ports.mail import LetterWriter
from pleamar.ports.payments import GatewayFailed, GatewayUnreachable, PaymentProvider
from pleamar.rules.causes import Cause
from pleamar.wiring.dated_work import DatedWork, do_dated_work
from pleamar.wiring.mail import mailer
from pleamar.wiring.payments import leasing, payment_provider


@dataclass(frozen=True, slots=True)
class DueWork:
    """What was done: cycles closed, invoices issued, charges driven to an end, events worked on, what had
    its date, mails sent.

    `waiting` charges are with the provider or the cardholder, `unanswered` ones are tried again later; `events_unread`
    says that the provider did not answer when it was asked for its events.
    """

    cycles: int
    invoices: int
    succeeded: int
    declined: int
    waiting: int
    unanswered: int
    events: int
    dated: DatedWork
    mails: int
    events_unread: bool = False

    @property
    def is_something(self) -> bool:
        """Whether anything changed: looking again at what still waits is nothing."""
        done = (self.cycles, self.invoices, self.succeeded, self.declined, self.events, self.mails)
        return any(done) or self.dated.is_something


def do_due_work(now: datetime, *, cause: Cause, write: LetterWriter) -> DueWork:
    """Close what has ended, collect what is due, hear what the provider tells, do what has its date, send what is
    written, as of `now`.

    `write` words the mails. What the provider tells may make more due, which is collected at once. Refuses
    `collection_paused`, and as `payment_provider` does.
    """
    provider, leases = payment_provider(), leasing()
    closed = close_cycles(cause=cause, now=now)
    first = collect_charges(provider, now=now, leasing=leases)
    events, unread = hear(provider, now)
    again = collect_charges(provider, now=now, leasing=leases) if events else None
    reports = [first] if again is None else [first, again]
    return DueWork(
        cycles=closed.statements,
        invoices=closed.invoices,
        succeeded=sum(report.succeeded for report in reports),
        declined=sum(report.declined for report in reports),
        waiting=sum(report.waiting for report in reports),
        unanswered=sum(report.unanswered for report in reports),
        events=events,
        dated=do_dated_work(lambda: now, cause=cause),
        mails=send_messages(mailer(), write, now=now),
        events_unread=unread,
    )


def hear(provider: PaymentProvider, now: datetime) -> tuple[int, bool]:
    """How many of the provider's events were worked on, and whether it did not answer when asked for new ones."""
    unread = False
    try:
        poll_events(provider, now=now)
    except (GatewayUnreachable, GatewayFailed):
        unread = True
    return process_events(provider, now=now), unread
