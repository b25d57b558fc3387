"""A database that was restored, copied or failed over: nothing is collected before the provider was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import connection

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.pause_collection import refuse_paused
from pleamar.actions.recover_charge import recover_charge
from pleamar.actions.resume_after_restore import ResumeReport
from pleamar.models import (
    AuditEvent,
    Charge,
    GatewayCustomer,
    Installation,
    Invoice,
    LedgerEntry,
    PartnerCredit,
)
from pleamar.ports.payments import IntentRequest
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import NO_FUNDS, SUCCEEDS, collect, drive, one_charge, paid_once
from tests.fakes.people import TESTER
from tests.fakes.restored import LATER, made_after_the_backup, paid_by_a_stranger, resumed
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def test_m11_what_was_collected_after_the_backup_is_not_collected_again(story: Storyteller) -> None:
    """The charge was planned anew after the backup was made; the restored one still waits to be sent."""
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    made_after_the_backup(gateway, charge, confirm=True)
    assert resumed(gateway) == ResumeReport(recovered=1)
    refuse_paused()
    assert collect(gateway, LATER).canceled == 1, "the restored charge finds that nothing is owed"
    paid_once()


def test_m11_a_payment_whose_sending_was_forgotten_is_taken_up(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    drive(charge, FaultyGateway(gateway, {"confirm": "lost answer"}))
    forget_that_it_was_sent(charge)
    assert resumed(gateway).settled == 1
    paid_once()


def forget_that_it_was_sent(charge: Charge) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as the backup had it, whatever was after it
        cursor.execute(
            "UPDATE charge SET state = 'planned', provider_id = NULL, request = NULL, create_attempt = 0, "
            "confirm_attempt = 0, create_sent_at = NULL, due_at = planned_at WHERE id = %s",
            [charge.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_m16_money_for_an_invoice_that_is_forgotten_becomes_credit(story: Storyteller) -> None:
    """The invoice is issued once more, and the money that came for it pays it."""
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    made_after_the_backup(gateway, charge, confirm=True, number="INV-000099")
    assert resumed(gateway).recovered == 1
    assert PartnerCredit.unscoped.get().balance == charge.amount
    close_cycles(cause=TESTER, now=datetime(2026, 3, 1, 1, tzinfo=UTC))
    assert set(Invoice.unscoped.values_list("state", flat=True)) == {"paid"}
    assert PartnerCredit.unscoped.get().balance == 0
    assert LedgerEntry.unscoped.filter(kind="charge").count() == 2
    assert check_books(EVERYTHING) == []


def test_m11_a_forgotten_payment_that_took_no_money_is_cancelled(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    intent = made_after_the_backup(gateway, charge, confirm=False)
    assert resumed(gateway).canceled == 1
    assert gateway.retrieve(intent.id).status == "canceled"
    assert collect(gateway, LATER).succeeded == 1
    paid_once()


def test_payments_of_other_installations_are_left_alone(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    request = IntentRequest(
        Money(700, "USD"), charge.card.provider_customer, charge.card.provider_reference, {"installation": "theirs"}
    )
    intent = gateway.create(request, key="theirs")
    assert resumed(gateway).foreign == 1
    assert gateway.retrieve(intent.id).status == "requires_confirmation"


def test_a_payment_of_nobody_keeps_the_collection_paused(story: Storyteller) -> None:
    one_charge(story)
    gateway = sandbox_gateway(story.clock)
    intent = paid_by_a_stranger(gateway, "a stranger")
    assert resumed(gateway).unclear == {intent.id: "nobody"}
    with pytest.raises(Refused, match="copied"):
        refuse_paused()


def test_a_payment_that_a_person_has_looked_at_is_left_aside(story: Storyteller) -> None:
    """Only that one, and only if it is unclear; who said so is kept."""
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    mine = made_after_the_backup(gateway, charge, confirm=True)
    others = [paid_by_a_stranger(gateway, name) for name in ("a", "b")]
    report = resumed(gateway, mine.id, others[0].id)
    assert (report.recovered, report.left_aside, report.unclear) == (1, (others[0].id,), {others[1].id: "nobody"})
    assert resumed(gateway, *(other.id for other in others)).unclear == {}
    refuse_paused()
    act = AuditEvent.unscoped.get(act="resume collection")
    assert (act.actor, set(act.facts["left_aside"])) == (TESTER.actor, {other.id for other in others})


def test_a_payment_of_a_partner_without_a_card_waits_for_one(story: Storyteller) -> None:
    """The card that paid was entered after the backup."""
    story.on("2026-01-01 00:00").partner("Partner")
    gateway, partner = sandbox_gateway(story.clock), story.partners["Partner"]
    GatewayCustomer.unscoped.create(partner=partner, provider=gateway.provider, reference="cus_1", request={})
    intent = paid_by_a_stranger(gateway, "cus_1")
    assert resumed(gateway).unclear == {intent.id: "no_card"}
    details = gateway.register_card(SUCCEEDS, customer="cus_2")
    add_payment_method(partner.pk, details, provider=gateway.provider, cause=TESTER, now=LATER)
    assert resumed(gateway).recovered == 1
    assert PartnerCredit.unscoped.get(partner=partner).balance == 700
    assert check_books(EVERYTHING) == []


def test_a_payment_under_way_that_is_forgotten_is_waited_for(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    intent = made_after_the_backup(gateway, charge, confirm=False)
    under_way = Mock(wraps=gateway, provider=gateway.provider)
    under_way.cancel.side_effect = lambda *_, **__: replace(intent, status="processing")
    assert resumed(under_way).unclear == {intent.id: "under_way"}


def test_resuming_twice_books_once(story: Storyteller) -> None:
    charge = one_charge(story, NO_FUNDS)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    good = gateway.register_card(SUCCEEDS, customer=charge.card.provider_customer)
    metadata = {"installation": str(Installation.objects.get().uid), "charge": str(uuid4()), "invoices": "INV-1"}
    request = IntentRequest(Money(700, "USD"), charge.card.provider_customer, good.reference, metadata)
    gateway.confirm(gateway.create(request, key="b").id, key="b:1")
    assert resumed(gateway).recovered == 1
    assert resumed(gateway).recovered == 0
    assert PartnerCredit.unscoped.get().balance == 700
    assert check_books(EVERYTHING) == []


def test_recovering_twice_books_once(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    intent = made_after_the_backup(gateway, charge, confirm=True, uid=charge.uid)
    first = recover_charge(intent, provider=gateway.provider, now=LATER)
    assert first is not None
    assert first.uid != charge.uid, "that one is the charge's that is known here"
    assert recover_charge(intent, provider=gateway.provider, now=LATER) == first
    assert LedgerEntry.unscoped.filter(kind="charge").count() == 1
