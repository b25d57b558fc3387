"""Whole bills collected through the Stripe adapter: cards from its page, declines, 3-D Secure, events, lost answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from pleamar.actions.begin_card_setup import begin_card_setup
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import CollectReport, collect_charges
from pleamar.actions.complete_card_setup import complete_card_setup
from pleamar.actions.install import install
from pleamar.actions.poll_events import poll_events
from pleamar.actions.process_events import process_events
from pleamar.actions.receive_event import receive_event
from pleamar.actions.resume_after_restore import resume_after_restore
from pleamar.models import Card, CardSetup, Charge, Dispute, Invoice, LedgerEntry, OutsideRefund, ReceivedEvent
from pleamar.ports.payments import CustomerDetails
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.public_ids import to_public
from pleamar.wiring.clock import real_clock
from tests.contracts.payment import Behaviour
from tests.entrypoints.console import Console
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller
from tests.stripe_server.against import SECRET_KEY, AgainstServer, server

HOME = "https://portal.example/cards"


class TestCollectingWithStripe(AgainstServer):
    """Everything that the charge machine asks of Stripe, asked over HTTP."""

    @pytest.fixture(autouse=True)
    def story(self, installation: object) -> None:
        del installation
        self.told = Storyteller()

    def puts_card_on_file(self, behaviour: Behaviour) -> Card:
        partner = self.told.partners["Cuarzo MSP"]
        address = begin_card_setup(partner.pk, self.provider(), return_to=HOME, cause=TESTER, now=self.told.clock())
        assert address.startswith("http")
        setup = CardSetup.unscoped.latest("pk")
        self.card_entered(setup.provider_reference or "", behaviour)
        completed = complete_card_setup(setup.provider_reference or "", self.provider(), now=self.told.clock())
        assert completed is not None
        assert completed.state == "complete"
        return Card.unscoped.get(in_use=True)

    def bills(self, behaviour: Behaviour) -> Charge:
        self.told.on("2026-01-01 00:00").partner("Cuarzo MSP", currency="EUR")
        self.told.account("Customer")
        self.told.joins("Customer", 10)
        self.puts_card_on_file(behaviour)
        self.told.on("2026-02-01 00:10")
        close_cycles(cause=TESTER, now=self.told.clock())
        return Charge.unscoped.get()

    def collects(self, minutes: int = 0) -> CollectReport:
        self.told.clock.forward(minutes=minutes)
        return collect_charges(self.provider(), now=self.told.clock(), leasing=leasing())

    def hears(self) -> None:
        poll_events(self.provider(), now=self.told.clock())
        process_events(self.provider(), now=self.told.clock())

    def is_paid_once(self) -> None:
        charge = Charge.unscoped.get(state="succeeded")
        assert Invoice.unscoped.get().state == "paid"
        assert LedgerEntry.unscoped.get(kind="charge").key == f"charge:stripe-test:{charge.provider_id}"
        since = self.now() - timedelta(days=1)
        listed = list(self.provider().list_intents(charge.card.provider_customer, since=since))
        assert [intent.status for intent in listed if intent.status != "canceled"] == ["succeeded"]
        assert check_books(EVERYTHING) == []

    def test_m11_a_bill_is_paid(self) -> None:
        charge = self.bills("succeeds")
        assert charge.card.provider == "stripe-test"
        assert self.collects().succeeded == 1
        self.hears()
        self.is_paid_once()

    @pytest.mark.parametrize("kind", ["lost answer", "error 500", "rate limited"])
    @pytest.mark.parametrize("calls_before", [0, 1])
    def test_m11_a_bill_is_paid_once_whatever_gets_lost(self, kind: str, calls_before: int) -> None:
        """The fault strikes the creation, or the confirmation after a first lost creation."""
        self.bills("succeeds")
        for _ in range(calls_before):
            self.fault("lost answer")
            assert self.collects().unanswered == 1
            self.told.clock.forward(minutes=1)
        self.fault(kind)
        self.collects()
        for _ in range(3):
            self.collects(minutes=1)
        self.is_paid_once()

    def test_m11_a_declined_bill_waits_for_another_card(self) -> None:
        self.bills("expired_card")
        assert self.collects().declined == 1
        assert not Card.unscoped.get(in_use=True).usable
        self.puts_card_on_file("succeeds")
        assert self.collects().succeeded == 1
        self.is_paid_once()

    def test_m11_a_bill_that_its_cardholder_confirms(self) -> None:
        charge = self.bills("authentication_required")
        assert self.collects().waiting == 1
        charge.refresh_from_db()
        assert charge.state == "action_required"
        begun = self.provider().begin_action(charge.provider_id or "", return_to=HOME, key=f"{charge.uid}:action:1")
        assert begun is not None
        self.customer_acts(charge.provider_id or "")
        self.hears()
        charge.refresh_from_db()
        assert charge.state == "succeeded"
        self.is_paid_once()

    def test_m11_a_webhook_of_stripe_settles_a_charge_whose_answer_got_lost(self) -> None:
        charge = self.bills("succeeds")
        self.fault("lost answer")
        self.collects()
        self.fault("lost answer")
        self.collects(minutes=1)
        charge.refresh_from_db()
        assert charge.state in ("creating", "confirming")
        while charge.state == "creating":
            self.collects(minutes=1)
            charge.refresh_from_db()
        for listed in self.provider().list_events(since=self.now() - timedelta(days=1)):
            payload, signature = self.message(listed.id)
            event = self.provider().open_event(payload, signature, now=self.now())
            receive_event(event, provider="stripe-test", live=False, now=self.told.clock())
        process_events(self.provider(), now=self.told.clock())
        assert ReceivedEvent.objects.filter(processed_at=None).count() == 0
        self.is_paid_once()

    def test_a_dispute_and_a_refund_made_at_stripe_are_booked_once(self) -> None:
        charge = self.bills("succeeds")
        self.collects()
        charge.refresh_from_db()
        dispute = self.disputed(charge.provider_id or "")
        self.refunded(charge.provider_id or "", 100)
        self.hears()
        self.dispute_decided(dispute, "lost")
        self.hears()
        self.hears()
        assert Dispute.unscoped.get().state == "lost"
        assert OutsideRefund.unscoped.get().amount == 100
        invoice = Invoice.unscoped.get()
        assert (invoice.state, invoice.held_at is None) == ("open", False)
        assert check_books(EVERYTHING) == []

    def test_a_refund_is_booked_when_it_goes_through_and_noted_when_it_fails_after_that(self) -> None:
        charge = self.bills("succeeds")
        self.collects()
        charge.refresh_from_db()
        self.refunded(charge.provider_id or "", 100)
        (refund,) = (each.id for each in self.provider().list_refunds(charge.provider_id or ""))
        server().bring_about("refund_turns", refund=refund, status="pending")
        self.hears()
        assert not OutsideRefund.unscoped.exists()
        for status, lines in (("succeeded", 1), ("failed", 2)):
            server().bring_about("refund_turns", refund=refund, status=status)
            self.hears()
            assert OutsideRefund.unscoped.get().amount == 100
            charge.refresh_from_db()
            assert len(charge.problem.splitlines()) == lines
        assert "has failed since" in charge.problem
        assert check_books(EVERYTHING) == []

    def test_a_bank_account_that_others_had_entered_is_left_alone(self) -> None:
        details = CustomerDetails("someone", "Someone", "someone@example.com")
        theirs = self.provider().open_customer(details, key=str(uuid4()))
        page = self.provider().begin_setup(theirs, currency="EUR", return_to=HOME, metadata={}, key=str(uuid4()))
        server().bring_about("enter_account", page=page.id)
        assert self.provider().retrieve_setup(page.id).card is None
        self.hears()
        assert set(ReceivedEvent.objects.filter(subject="setup").values_list("outcome", flat=True)) == {"unknown"}

    def test_m11_resuming_after_a_restore_asks_stripe(self) -> None:
        charge = self.bills("succeeds")
        self.fault("lost answer")
        self.collects()
        report = resume_after_restore(
            self.provider(), fingerprint=charge.uid, place="here", cause=TESTER, now=self.told.clock()
        )
        assert report.settled == 1
        self.collects(minutes=1)
        self.is_paid_once()

    def test_a_partner_is_made_known_to_stripe_once(self) -> None:
        self.bills("succeeds")
        self.puts_card_on_file("succeeds")
        partner = self.told.partners["Cuarzo MSP"]
        assert len(set(Card.unscoped.values_list("provider_customer", flat=True))) == 1
        assert partner.public_id == to_public("par", partner.uid)


@pytest.mark.django_db
class TestCardPage(AgainstServer):
    """`pleamar card page`, until there is a portal."""

    def test_m13_it_says_where_a_partner_enters_a_card(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in {
            "PLEAMAR_STRIPE_KEY": SECRET_KEY,
            "PLEAMAR_STRIPE_ADDRESS": server().address,
            "PLEAMAR_LANGUAGE": "en",
        }.items():
            monkeypatch.setenv(name, value)
        install("sandbox", seller="Meridian Software", cause=TESTER, now=real_clock()())
        console = Console(capsys, tmp_path)
        console.do("partner", "add", "Cuarzo MSP", "--currency", "EUR")
        assert console.do("card", "page", "--partner", "Cuarzo MSP").startswith("http")
        self.card_entered(CardSetup.unscoped.get().provider_reference or "", "succeeds")
        poll_events(self.provider(), now=real_clock()())
        process_events(self.provider(), now=real_clock()())
        assert Card.unscoped.get().provider == "stripe-test"
        self.fault("lost answer")
        said = console.run("card", "page", "--partner", "Cuarzo MSP")
        assert (said.code, said.err.count("\n")) == (1, 1)
        assert said.err.startswith("pleamar: The payment provider cannot be reached")
