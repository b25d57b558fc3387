"""Several workers at once look at how partners stand, while money settles: each step is taken once (rule M14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.approve_suspension import approve_suspension
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.hold_invoice import hold_invoice, release_invoice
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.review_standings import StandingReport, review_standings
from pleamar.models import AuditEvent, Installation, Invoice, Partner, Standing
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.leasing import leasing
from tests.fakes.one_charge import SUCCEEDS
from tests.fakes.overdue import STAFF, at, automatic, looked_at, mails, owing
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

PARTNERS = 6


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """What the jobs answer, run in threads that begin together; the first error of any of them is raised here."""
    together = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        together.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [done.result() for done in [pool.submit(run, job) for job in jobs]]


@pytest.fixture
def story(committed: Installation) -> Storyteller:
    """Six partners that owe an invoice each, and have no card."""
    story = Storyteller()
    for number in range(PARTNERS):
        owing(story, f"Partner {number}")
    return story


def topics() -> Counter[str]:
    return Counter(mails())


def test_m14_four_workers_take_each_step_once(story: Storyteller) -> None:
    automatic(story)
    for day, field in ((0, "warned"), (7, "warned"), (21, "warned"), (30, "suspended")):
        now = at("2026-02-01 00:10") + timedelta(days=day)
        reports = at_once(*(lambda: review_standings(now=now) for _ in range(4)))  # noqa: B023 - it is run right here
        assert sum(getattr(report, field) for report in reports) == PARTNERS
    assert topics() == {"payment_overdue": 3 * PARTNERS, "access_suspended": PARTNERS}
    assert AuditEvent.unscoped.filter(act="suspend partner").count() == PARTNERS
    assert set(Standing.unscoped.values_list("state", flat=True)) == {"suspended"}


def test_m14_two_of_the_staff_approve_at_once(story: Storyteller) -> None:
    looked_at(story, "2026-02-01 00:10", "2026-02-08 00:10", "2026-02-22 00:10", "2026-03-03 00:10")
    partner_id, now = Partner.unscoped.earliest("pk").pk, story.clock()
    at_once(*(lambda: approve_suspension(partner_id, cause=STAFF, now=now) for _ in range(4)))
    assert topics()["access_suspended"] == 1
    assert AuditEvent.unscoped.filter(act="suspend partner").count() == 1


def test_m14_m27_suspending_while_everything_is_paid_credited_and_held(story: Storyteller) -> None:
    """Whoever comes first: in the end whoever owes nothing overdue is free, and nobody waits for anybody for ever."""
    automatic(story)
    looked_at(story, "2026-02-01 00:10", "2026-02-08 00:10", "2026-02-22 00:10")
    now = story.on("2026-03-03 00:10").clock()
    gateway = sandbox_gateway(story.clock)
    partners = list(Partner.unscoped.order_by("pk"))
    invoices = dict(Invoice.unscoped.values_list("partner_id", "number"))

    def pays(partner: Partner) -> None:
        details = gateway.register_card(SUCCEEDS, customer=partner.public_id)
        add_payment_method(partner.pk, details, provider="sandbox", cause=TESTER, now=now)
        collect_charges(gateway, now=now, leasing=leasing(), partner_id=partner.pk)

    def settles(which: int) -> None:
        """The first two pay, the next two are credited, the fifth is held and let go, the sixth does nothing."""
        for partner in partners[:2][which::2]:
            pays(partner)
        credit_invoice(invoices[partners[2 + which].pk], None, cause=STAFF, now=now)
        hold_invoice(invoices[partners[4].pk], cause=STAFF, now=now)
        release_invoice(invoices[partners[4].pk], cause=STAFF, now=now)

    def reviews() -> None:
        for _ in range(5):
            review_standings(now=now)

    at_once(lambda: settles(0), lambda: settles(1), reviews, reviews)
    review_standings(now=now)
    states = dict(Standing.unscoped.values_list("partner_id", "state"))
    assert [states[partner.pk] for partner in partners] == [
        *("good", "good", "no_card", "no_card", "past_due", "suspended"),
    ]
    told = topics()
    assert told["access_restored"] == told["access_suspended"] - 1, "who was suspended and settled was told so"
    assert check_books(EVERYTHING) == []


def test_m14_approving_what_is_being_paid_is_refused_or_lifted(story: Storyteller) -> None:
    looked_at(story, "2026-02-01 00:10", "2026-02-08 00:10", "2026-02-22 00:10", "2026-03-03 00:10")
    now, partner_id = story.clock(), Partner.unscoped.earliest("pk").pk
    number = Invoice.unscoped.get(partner_id=partner_id).number

    def approve() -> str:
        try:
            return approve_suspension(partner_id, cause=STAFF, now=now).state
        except Refused as refused:
            return refused.code

    answer, _ = at_once(approve, lambda: credit_invoice(number, None, cause=STAFF, now=now))
    assert answer in ("suspended", "nothing_overdue")
    assert Standing.unscoped.get(partner_id=partner_id).state == "no_card"
    assert topics()["access_restored"] == topics()["access_suspended"] == (answer == "suspended")


def test_m14_nobody_is_kept_waiting_by_a_partner_that_is_held(story: Storyteller) -> None:
    """While one partner is locked, say by a long sync, the others take their steps; it takes its own afterwards."""
    busy = Partner.unscoped.earliest("pk").pk
    now = story.clock()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_meter(busy)
            worker = pool.submit(_closing, lambda: review_standings(now=now))
            for _ in range(500):
                with transaction.atomic():
                    others = Standing.unscoped.filter(state="past_due").count()
                if others == PARTNERS - 1:
                    break
                Barrier(1).wait()
            assert others == PARTNERS - 1
            assert not worker.done()
        assert worker.result() == StandingReport(warned=PARTNERS)


def _closing(job: Callable[[], StandingReport]) -> StandingReport:
    try:
        return job()
    finally:
        connection.close()
