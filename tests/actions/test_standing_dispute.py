"""What a lost dispute opens again is as young as its release (rules M14 and M27)."""

from __future__ import annotations

import pytest

from pleamar.actions.hold_invoice import release_invoice
from pleamar.actions.record_dispute import record_dispute
from pleamar.actions.remove_card import remove_card
from pleamar.actions.review_standings import StandingReport
from pleamar.models import Charge, Invoice, Partner, Standing
from pleamar.ports.payments import Dispute
from pleamar.rules.money import Money
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.one_charge import SUCCEEDS
from tests.fakes.overdue import STAFF, at, automatic, looked_at, owing, told
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def test_m14_m27_a_lost_dispute_s_invoice_is_overdue_from_its_release_on(story: Storyteller) -> None:
    owing(story, card=SUCCEEDS)
    automatic(story)
    looked_at(story, "2026-02-01 00:20")
    remove_card(Partner.unscoped.get().pk, sandbox_gateway(story.clock), cause=TESTER, now=story.clock())
    charge = Charge.unscoped.get()
    now = story.on("2026-04-20 09:00").clock()
    record_dispute(Dispute("dp_1", charge.provider_id or "", Money(2400, "USD"), "lost"), charge.pk, now=now)
    assert looked_at(story, "2026-05-20 09:00") == StandingReport(), "on hold"
    release_invoice(Invoice.unscoped.get().number, cause=STAFF, now=story.clock())
    assert looked_at(story, "2026-05-20 09:05") == StandingReport(warned=1)
    assert told() == [(0, 0)]
    assert Standing.unscoped.get().overdue_since == at("2026-05-20 09:00")
