"""What goes on while collection is paused must not hide from the resume what was paid in the lost database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from uuid import uuid4

import pytest

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.begin_charge_action import begin_charge_action
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.resume_after_restore import ResumeReport, resume_after_restore
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Card, Installation, Invoice, LedgerEntry, SandboxIntent
from pleamar.ports.payments import Intent, IntentRequest
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import DUE, NO_FUNDS, SECURE, SUCCEEDS, collect, drive, one_charge, paid_once
from tests.fakes.people import TESTER
from tests.fakes.restored import LATER, made_after_the_backup, paid_by_a_stranger, resumed
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


@pytest.mark.parametrize("closed_before", [False, True])
def test_m11_cycles_closed_while_paused_hide_no_payment(story: Storyteller, closed_before: bool) -> None:
    """Backed up in January, collected on 1 February, restored on the 4th: what is planned then was planned too late to
    tell since when payments are forgotten.
    """
    story.on("2026-01-01 00:00").partner("Partner")
    story.card(SUCCEEDS)
    story.account("Customer")
    story.joins("Customer", 10)
    Installation.objects.update(created_at=story.clock())
    story.clock.set(DUE)
    paid_in_the_lost_database(sandbox_gateway(story.clock))
    restored = datetime(2026, 2, 4, 9, tzinfo=UTC)
    story.clock.set(restored)
    gateway = sandbox_gateway(story.clock)
    pause_collection("moved", cause=TESTER, now=restored)
    if closed_before:
        close_cycles(cause=TESTER, now=restored)
    assert resumed(gateway, now=restored).recovered == 1
    close_cycles(cause=TESTER, now=restored)
    collect(gateway, restored + timedelta(minutes=20))
    paid_once()


def paid_in_the_lost_database(gateway: SandboxGateway) -> None:
    card = Card.unscoped.get()
    metadata = {"installation": str(Installation.objects.get().uid), "charge": str(uuid4()), "invoices": "INV-000001"}
    request = IntentRequest(Money(2400, "USD"), card.provider_customer, card.provider_reference, metadata)
    gateway.confirm(gateway.create(request, key="lost").id, key="lost:1")


@pytest.mark.parametrize("meanwhile", ["nothing", "card added", "next cycle closed"])
@pytest.mark.parametrize("confirm", [True, False])
def test_m11_a_charge_dropped_while_paused_was_paid_in_the_lost_database(
    story: Storyteller, meanwhile: str, confirm: bool
) -> None:
    """The backup has it planned, and it was sent a second later: its payment counts, whatever became of it here."""
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    made_after_the_backup(gateway, charge, confirm=confirm, uid=charge.uid)
    pause_collection("moved", cause=TESTER, now=LATER)
    now = LATER
    if meanwhile == "card added":
        details = gateway.register_card(SUCCEEDS, customer=story.partners["Partner"].public_id)
        add_payment_method(charge.partner_id, details, provider=gateway.provider, cause=TESTER, now=now)
    if meanwhile == "next cycle closed":
        now = datetime(2026, 3, 1, 0, 10, tzinfo=UTC)
        story.clock.set(now)
        close_cycles(cause=TESTER, now=now)
    report = resumed(gateway, now=now)
    assert report.settled == (meanwhile == "nothing")
    assert (report.recovered, report.canceled) == (
        (0, 0) if meanwhile == "nothing" else (int(confirm), int(not confirm))
    )
    collect(gateway, now + timedelta(hours=1))
    paid = [row.content["amount"] for row in SandboxIntent.objects.all() if row.content["status"] == "succeeded"]
    assert sum(paid) == sum(Invoice.unscoped.values_list("total", flat=True))
    assert set(Invoice.unscoped.values_list("state", flat=True)) == {"paid"}
    assert check_books(EVERYTHING) == []


def test_a_canceled_charge_whose_own_payment_succeeded_is_for_a_person(story: Storyteller) -> None:
    charge = one_charge(story, NO_FUNDS)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    charge.refresh_from_db()
    assert charge.state == "canceled"
    intent = replace(gateway.retrieve(charge.provider_id or ""), status="succeeded")
    odd = Mock(wraps=gateway, provider=gateway.provider)
    odd.list_intents.side_effect = lambda *_, **__: [intent]
    assert resumed(odd).unclear == {intent.id: "contradiction"}
    assert not LedgerEntry.unscoped.filter(kind="charge").exists()


def test_since_when_is_written_before_anything_and_stays_until_all_is_clear(story: Storyteller) -> None:
    """Also where nobody had paused: the newest charge that was sent by then."""
    one_charge(story)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    stranger = paid_by_a_stranger(gateway, "a stranger")
    here = Installation.objects
    asked: list[Installation] = []
    watched = Mock(wraps=gateway, provider=gateway.provider)

    def listed(*_: object, since: datetime) -> Iterable[Intent]:
        asked.append(here.get())
        return gateway.list_intents(None, since=since)

    watched.list_intents.side_effect = listed

    def resume_unasked(*leave_aside: str) -> ResumeReport:
        return resume_after_restore(
            watched, fingerprint=uuid4(), place="here", cause=TESTER, now=LATER, leave_aside=leave_aside
        )

    assert resume_unasked().unclear
    assert (asked[0].unsure_since, asked[0].collection_paused_because) == (DUE, "asked")
    close_cycles(cause=TESTER, now=datetime(2026, 3, 1, 1, tzinfo=UTC))
    assert resume_unasked().unclear
    assert here.get().unsure_since == DUE
    assert not resume_unasked(stranger.id).unclear
    assert (here.get().unsure_since, here.get().collection_paused_at) == (None, None)


def test_what_was_sent_long_ago_and_is_not_settled_is_looked_for(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    drive(charge, FaultyGateway(gateway, {"confirm": "lost answer"}))
    much_later = DUE + timedelta(days=40)
    Installation.objects.update(unsure_since=much_later)
    assert resumed(gateway, now=much_later).settled == 1


def test_no_cardholder_is_sent_to_the_bank_while_paused(story: Storyteller) -> None:
    charge = one_charge(story, SECURE)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    pause_collection("moved", cause=TESTER, now=LATER)
    with pytest.raises(Refused, match="collection_paused"):
        begin_charge_action(charge.pk, gateway, return_to="https://billing.example.com/")
