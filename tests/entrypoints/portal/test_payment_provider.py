"""A card in the portal where the payment provider has a page of its own, and where it does not answer."""

from __future__ import annotations

import pytest

from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Charge
from pleamar.wiring.clock import clock
from pleamar.wiring.payments import TableStore
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.paying import GOOD, card, owing


class Hosted(SandboxGateway):
    """A provider with a page of its own, as Stripe's Checkout."""

    @property
    def provider(self) -> str:
        return "stripe-test"


@pytest.fixture
def hosted(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Hosted:
    provider = Hosted(TableStore(), clock(), address="https://checkout.stripe.com")
    for module in ("payment", "card_entered"):
        monkeypatch.setattr(f"pleamar.entrypoints.portal.payment.{module}.payment_provider", lambda: provider)
    monkeypatch.setattr("pleamar.entrypoints.portal.payment.sandbox_card.provider_kind", lambda _: "stripe-test")
    return provider


def test_with_stripe_a_card_is_entered_on_its_own_page(portal: Portal, hosted: Hosted) -> None:
    owing(portal)
    browser = portal.browser()
    address = browser.post("/payment", {"act": "add_card"}).headers["Location"]
    assert address.startswith("https://checkout.stripe.com/setups/")
    page = address.rpartition("/")[2]
    assert browser.get(f"/payment/sandbox-card/{page}").status_code == 404
    assert hosted.returns_to(page) == "http://testserver/payment/card-entered"
    hosted.enter_card(page, GOOD)
    for _ in range(2):  # and coming back twice, as by the browser's buttons
        back = browser.get("/payment/card-entered", follow=True).content.decode()
        assert "Visa ···· 4242 is on file. $100.80 outstanding is being charged to it now." in back
    assert Charge.unscoped.count() == 1


@pytest.mark.parametrize("fault", ["lost_request", "error_500_before"])
def test_a_provider_that_does_not_answer_changes_nothing(portal: Portal, hosted: Hosted, fault: str) -> None:
    browser = portal.browser()
    hosted.fault("begin_setup", fault)
    said = browser.post("/payment", {"act": "add_card"}, follow=True).content.decode()
    assert "The payment provider does not answer just now. Try again in a few minutes." in said
    assert browser.post("/payment", {"act": "add_card"}).headers["Location"].startswith("https://checkout.")
    hosted.fault("retrieve_setup", fault)
    said = browser.get("/payment/card-entered", follow=True).content.decode()
    assert "If you have entered a card, it appears here." in said


def test_a_card_that_the_provider_does_not_forget_is_removed_here(portal: Portal, hosted: Hosted) -> None:
    card(portal)
    hosted.fault("detach_card", "lost_answer")
    said = portal.browser().post("/payment", {"act": "remove_card"}, follow=True).content.decode()
    assert "The card is removed." in said
