"""What workers do: each task asks the wiring for what is outside, and calls one action."""

from __future__ import annotations

import os
from typing import Final

from pleamar.actions.close_cycles import close_cycles as close_ended_cycles
from pleamar.actions.collect_charge import collect_charge as drive_charge
from pleamar.actions.pause_collection import refuse_paused
from pleamar.actions.plan_due_charges import plan_due_charges
from pleamar.actions.poll_events import poll_events as read_events
from pleamar.actions.process_event import process_event as work_on_event
from pleamar.actions.process_events import process_events as work_on_events
from pleamar.actions.record_act import record_act
from pleamar.actions.send_messages import Unsent
from pleamar.actions.send_messages import send_messages as send_written_messages
from pleamar.entrypoints.jobs.task import log, sweep, task
from pleamar.entrypoints.sign_in.renew_secrets import renew_secrets
from pleamar.queries.due_charges import due_charges
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books as compare_books
from pleamar.rules.causes import Cause
from pleamar.wiring.clock import clock
from pleamar.wiring.fingerprint import watch_for_copies
from pleamar.wiring.jobs import QUEUE, forget_old_jobs, retry_stalled_jobs
from pleamar.wiring.letters import letter_writer
from pleamar.wiring.mail import mailer
from pleamar.wiring.payments import leasing, payment_provider
from pleamar.wiring.sign_ins import forget_old_sign_ins
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.mail import letter

_MOST_TOLD: Final = 20


def _by_worker(means: str) -> Cause:
    return Cause(actor="pleamar worker", means=means)


@sweep("* * * * *")
def close_cycles() -> None:
    """Roll what is due and close every cycle that has ended; what is charged then wakes its collector."""
    report = close_ended_cycles(cause=_by_worker("calendar"), now=clock()(), jobs=QUEUE)
    if report.statements:
        facts = {"statements": report.statements, "invoices": report.invoices, "charges": report.charges}
        log.info("cycles closed", extra={"facts": facts})


@sweep("* * * * *")
def collect_charges() -> None:
    """Plan what is owed by now, and wake a collector for every charge that is due."""
    watch_for_copies(os.environ)
    refuse_paused()
    now = clock()()
    plan_due_charges(now=now)
    QUEUE.wake_each("collect_charge", [{"charge_id": number} for number in due_charges(EVERYTHING, now)])


@task
def collect_charge(charge_id: int) -> None:
    """Drive one charge as far as it goes; the database may have been taken over by another server a moment ago."""
    watch_for_copies(os.environ)
    charge = drive_charge(charge_id, payment_provider(), now=clock()(), leasing=leasing(), jobs=QUEUE)
    log.info("charge driven", extra={"facts": {"charge": charge.public_id, "state": charge.state}})


@task
def process_event(event_id: int) -> None:
    """Work on one event of the provider."""
    work_on_event(event_id, payment_provider(), now=clock()(), jobs=QUEUE)


@sweep("* * * * *")
def process_events() -> None:
    """Work on every event that still waits for it."""
    work_on_events(payment_provider(), now=clock()(), jobs=QUEUE)


@sweep("*/10 * * * *")
def poll_events() -> None:
    """Ask the provider for events whose webhook did not reach us."""
    read_events(payment_provider(), now=clock()(), jobs=QUEUE)


@sweep("* * * * *")
def send_messages() -> None:
    """Send what is written to be sent."""
    send_written_messages(mailer(), letter_writer(letter, invoice_paper), now=clock()(), tell=_warn_of)


def _warn_of(unsent: Unsent) -> None:
    log.warning("mail given up" if unsent.given_up else "mail not sent yet", extra={"facts": unsent._asdict()})


@sweep("17 2 * * *", at_start=False)
def check_books() -> None:
    """Recompute everything and compare; what differs goes into the audit trail and the log."""
    differences = compare_books(EVERYTHING)
    told = [f"{difference.truth}: {difference.text}" for difference in differences]
    log.info("books checked", extra={"facts": {"differences": len(told)}})
    if told:
        log.error("the books differ", extra={"facts": {"first": told[:_MOST_TOLD]}})
        cause = _by_worker("calendar")
        first = told[:_MOST_TOLD]
        record_act("find the books to differ", "books", cause=cause, at=clock()(), count=len(told), differences=first)


@sweep("* * * * *")
def retry_stalled() -> None:
    """Put back the jobs of workers that died over them."""
    count = retry_stalled_jobs()
    if count:
        log.warning("jobs of a worker that died are done again", extra={"facts": {"jobs": count}})


@sweep("43 2 * * *", at_start=False)
def forget_jobs() -> None:
    """Remove what the queue still knows of jobs that ended long ago."""
    forget_old_jobs()


@sweep("53 2 * * *", at_start=False)
def forget_sign_ins() -> None:
    """Remove sessions that have run out."""
    forget_old_sign_ins()


@sweep("3 3 * * *", at_start=False)
def renew_second_factors() -> None:
    """Encrypt them by the secret key of now, while one of before is still named."""
    count = renew_secrets()
    if count:
        log.info("second factors are encrypted by the present key", extra={"facts": {"secrets": count}})
