"""A database that was restored, copied or failed over: nothing is collected before the provider was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.pause_collection import pause_collection, refuse_paused
from pleamar.actions.resume_after_restore import ResumeReport, resume_after_restore
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Charge, Installation, Invoice, LedgerEntry, PartnerCredit
from pleamar.ports.payments import Intent, IntentRequest
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.fingerprint import resume, watch_for_copies
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import A_MINUTE_LATER, DUE, NO_FUNDS, SUCCEEDS, collect, drive, one_charge, paid_once
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

LATER = DUE + timedelta(hours=1)


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def resumed(gateway: SandboxGateway) -> ResumeReport:
    pause_collection("copied", cause=TESTER, now=LATER)
    return resume_after_restore(gateway, fingerprint=uuid4(), place="here", cause=TESTER, now=LATER)


def made_after_the_backup(gateway: SandboxGateway, charge: Charge, *, confirm: bool, number: str = "") -> Intent:
    """A payment of a charge that the restored database has never heard of, for the same invoices."""
    metadata = {
        "installation": str(Installation.objects.get().uid),
        "charge": str(uuid4()),
        "invoices": number or Invoice.unscoped.get().number,
    }
    amount = Money(charge.amount, charge.currency)
    request = IntentRequest(amount, charge.card.provider_customer, charge.card.provider_reference, metadata)
    intent = gateway.create(request, key=metadata["charge"])
    return gateway.confirm(intent.id, key=f"{metadata['charge']}:1") if confirm else intent


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
    stranger = gateway.register_card(SUCCEEDS, customer="a stranger")
    metadata = {"installation": str(Installation.objects.get().uid), "charge": str(uuid4())}
    intent = gateway.create(IntentRequest(Money(700, "USD"), "a stranger", stranger.reference, metadata), key="a")
    gateway.confirm(intent.id, key="a:1")
    assert resumed(gateway).unclear == (intent.id,)
    with pytest.raises(Refused, match="copied"):
        refuse_paused()


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


def test_a_copy_of_a_database_collects_nothing_and_the_original_goes_on(story: Storyteller, tmp_path: Path) -> None:
    one_charge(story)
    here, elsewhere = {"PLEAMAR_HOME": str(tmp_path / "here")}, {"PLEAMAR_HOME": str(tmp_path / "there")}
    watch_for_copies(here)
    watch_for_copies(here)
    refuse_paused()
    watch_for_copies(elsewhere)  # on another machine, with the same rows
    with pytest.raises(Refused, match="copied"):
        collect(sandbox_gateway(story.clock))
    assert not resume(sandbox_gateway(story.clock), elsewhere, cause=TESTER).unclear
    assert collect(sandbox_gateway(story.clock), A_MINUTE_LATER).succeeded == 1
    watch_for_copies(elsewhere)
    refuse_paused()


def test_a_database_in_another_server_collects_nothing(story: Storyteller, tmp_path: Path) -> None:
    """It was restored from a dump, or another server took over."""
    here = {"PLEAMAR_HOME": str(tmp_path)}
    watch_for_copies(here)
    Installation.objects.update(place="7711166915295464089 2 16386")
    watch_for_copies(here)
    with pytest.raises(Refused, match="moved"):
        refuse_paused()


def test_the_fingerprint_can_be_given_by_the_environment(story: Storyteller, tmp_path: Path) -> None:
    """For the second machine of an installation."""
    watch_for_copies({"PLEAMAR_HOME": str(tmp_path / "one")})
    known = (tmp_path / "one" / "fingerprint").read_text()
    watch_for_copies({"PLEAMAR_HOME": str(tmp_path / "two"), "PLEAMAR_FINGERPRINT": known.strip()})
    refuse_paused()
