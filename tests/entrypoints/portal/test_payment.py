"""The card and the charges, in the portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.hold_invoice import hold_invoice
from pleamar.models import Card, CardSetup, Charge, Invoice
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.paying import (
    CLOSED,
    EXPIRED,
    GOOD,
    NO_FUNDS,
    SECURE,
    card,
    collected,
    entered,
    owing,
    text_of,
)
from tests.fakes.overdue import STAFF

pytestmark = pytest.mark.usefixtures("no_provider")


@pytest.fixture
def no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLEAMAR_STRIPE_KEY", "PLEAMAR_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


def test_m13_what_a_card_is_charged_at_once_is_said_before(portal: Portal) -> None:
    owing(portal)
    told = text_of(portal.browser())
    assert "$100.80" in told
    assert "A new card is charged at once:" in told
    assert Invoice.unscoped.get(partner=portal.northwind).number in told


def test_m13_a_card_is_charged_all_that_is_outstanding(portal: Portal) -> None:
    owing(portal)
    said = entered(portal.browser())
    assert "Visa ···· 4242 is on file. $100.80 outstanding is being charged to it now." in said
    charge = Charge.unscoped.get()
    assert f"charge={charge.public_id}" in said
    assert collected().succeeded == 1
    told = text_of(portal.browser())
    assert "Paid" in told
    assert "outstanding is being charged" not in told
    assert check_books(EVERYTHING) == []


def test_a_card_with_nothing_outstanding_is_charged_nothing(portal: Portal) -> None:
    browser = portal.browser()
    assert "A new card is charged nothing now" in text_of(browser)
    assert "Visa ···· 4242 is on file and is charged from now on." in entered(browser)
    assert not Charge.unscoped.exists()


def test_how_a_charge_goes_on_is_asked_until_it_is_known(portal: Portal) -> None:
    owing(portal)
    entered(browser := portal.browser())
    assert "Nothing is charged twice." in text_of(browser)
    address = f"/payment/charging?looks=1&charge={Charge.unscoped.get().public_id}"
    going_on = browser.get(address, headers={"HX-Request": "true"})
    assert "being charged to Visa ···· 4242" in going_on.content.decode()
    assert "<html" not in going_on.content.decode()
    collected()
    known = browser.get(address, headers={"HX-Request": "true"})
    assert known.headers["HX-Refresh"] == "true"
    assert "Paid: $100.80 was charged to Visa ···· 4242." in text_of(browser)
    assert browser.get(address).headers["Location"] == "/payment"


@pytest.mark.parametrize(
    "rubbish", ["charge=%00", "charge=chg_x&looks=9999999999999", "looks=-1", f"charge={'x' * 9000}"]
)
def test_rubbish_is_asked_about_in_vain(portal: Portal, rubbish: str) -> None:
    answer = portal.browser().get(f"/payment/charging?{rubbish}", headers={"HX-Request": "true"})
    assert answer.status_code == 200


def test_a_decline_is_told_in_words_with_the_next_try(portal: Portal) -> None:
    card(portal, NO_FUNDS)
    owing(portal)
    assert collected().declined == 1
    told = text_of(portal.browser())
    assert "The account behind the card has not enough money." in told
    assert "Tried again on 6 Feb 2026" in told
    assert "insufficient_funds" not in told


def test_a_card_that_is_refused_for_good_says_why(portal: Portal) -> None:
    card(portal, EXPIRED)
    owing(portal)
    collected()
    told = text_of(portal.browser())
    assert "The card has expired." in told
    assert "It is not tried again. Add another card." in told
    assert "past due" in told


def test_m13_the_card_that_replaces_a_refused_one_pays(portal: Portal) -> None:
    card(portal, EXPIRED)
    owing(portal)
    collected()
    entered(portal.browser())
    assert collected().succeeded == 1
    assert Invoice.unscoped.get(partner=portal.northwind).state == "paid"


def test_3d_secure_is_confirmed_from_the_page(portal: Portal) -> None:
    card(portal, SECURE)
    owing(portal)
    assert collected().waiting == 1
    browser = portal.browser()
    told = text_of(browser)
    assert "Your bank wants you to confirm the payment of $100.80 yourself" in told
    link = told.partition('href="/confirm-payment/')[2].partition('"')[0]
    page = f"/confirm-payment/{link}"
    browser.post(page, {"wanted": "begin"})
    back = browser.post(page, {"wanted": "confirm"}, follow=True).content.decode()
    assert "has gone through" in back
    assert 'href="/payment"' in back
    assert "Your bank wants you to confirm" not in text_of(browser)


def test_the_card_is_removed_only_when_nothing_is_outstanding(portal: Portal) -> None:
    card(portal)
    browser = portal.browser()
    told = text_of(browser)
    assert 'value="remove_card"' in told
    owing(portal)
    assert "cannot be removed while anything is outstanding" in text_of(browser)
    said = browser.post("/payment", {"act": "remove_card"}, follow=True).content.decode()
    assert "Add another card, which takes its place" in said
    assert Card.unscoped.get().in_use
    collected()
    assert "The card is removed." in browser.post("/payment", {"act": "remove_card"}, follow=True).content.decode()
    assert not Card.unscoped.get().in_use
    again = browser.post("/payment", {"act": "remove_card"}, follow=True).content.decode()
    assert "There is no card on file" in again


def test_entering_a_card_twice_adds_one(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.post("/payment", {"act": "add_card"}).headers["Location"]
    assert browser.post("/payment", {"act": "add_card"}).headers["Location"] == page
    for _ in range(2):
        said = browser.post(page, {"number": GOOD}, follow=True).content.decode()
        assert "Visa ···· 4242 is on file" in said
    assert Card.unscoped.count() == 1
    assert CardSetup.unscoped.get().state == "complete"


def test_who_leaves_the_page_without_a_card_is_told_that_nothing_changed(portal: Portal) -> None:
    browser = portal.browser()
    browser.post("/payment", {"act": "add_card"})
    assert "No card was entered" in browser.get("/payment/card-entered", follow=True).content.decode()


def test_a_number_that_is_no_test_card_stays_on_the_page(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.post("/payment", {"act": "add_card"}).headers["Location"]
    for number in ("4111111111111111", "", "\x00"):
        said = browser.post(page, {"number": number})
        assert (said.status_code, "Choose one of the cards." in said.content.decode()) == (422, True)


def test_a_page_of_another_partner_is_not_there(portal: Portal) -> None:
    page = portal.browser(partner=portal.tailwind).post("/payment", {"act": "add_card"}).headers["Location"]
    mine = portal.browser()
    for address in (page, "/payment/sandbox-card/cs_sandbox_x", "/payment/sandbox-card/%00"):
        assert mine.get(address).status_code == 404
        assert mine.post(address, {"number": GOOD}).status_code == 404


def test_charges_of_another_partner_are_not_told_of(portal: Portal) -> None:
    card(portal, partner=portal.tailwind)
    owing(portal)
    collected()
    theirs = Charge.unscoped.get(partner=portal.tailwind)
    browser = portal.browser()
    assert "$12.00" not in text_of(browser)
    browser.get(f"/payment/charging?charge={theirs.public_id}", headers={"HX-Request": "true"})
    assert "$12.00" not in text_of(browser)


def test_m27_what_is_on_hold_is_not_charged(portal: Portal) -> None:
    owing(portal)
    invoice = Invoice.unscoped.get(partner=portal.northwind)
    hold_invoice(invoice.number, cause=STAFF, now=CLOSED)
    told = text_of(portal.browser())
    assert "$100.80 is on hold and is not charged." in told
    assert "A new card is charged at once:" not in told


def test_m16_credit_is_used_first_and_shown(portal: Portal) -> None:
    card(portal)
    owing(portal)
    collected()
    paid = Invoice.unscoped.get(partner=portal.northwind)
    credit_invoice(paid.number, Money(3_000, "USD"), cause=STAFF, now=CLOSED)
    assert "Your credit" in text_of(portal.browser())
    later = datetime(2026, 3, 5, 0, 10, tzinfo=UTC)
    owing(portal, later)
    told = text_of(portal.browser())
    assert "$70.80" in told
    collected()
    told = text_of(portal.browser())
    assert "It is used up." in told
    assert "-$" not in told


@pytest.mark.parametrize(
    ("role", "sees_prices", "code"), [("technician", False, 403), ("viewer", False, 403), ("viewer", True, 200)]
)
def test_it_is_for_who_sees_prices(portal: Portal, role: str, sees_prices: bool, code: int) -> None:
    browser = portal.browser(role, sees_prices=sees_prices)  # type: ignore[arg-type]
    assert browser.get("/payment").status_code == code
    assert browser.post("/payment", {"act": "add_card"}).status_code == 403
    assert browser.get("/payment/card-entered").status_code == 403
    if code == 200:
        assert 'value="add_card"' not in browser.get("/payment").content.decode()


def test_to_change_the_card_one_shows_that_it_is_oneself(portal: Portal) -> None:
    answer = portal.browser(fresh=False).post("/payment", {"act": "add_card"})
    assert answer.status_code == 302
    assert "sandbox-card" not in answer.headers["Location"]
    assert not CardSetup.unscoped.exists()


def test_many_charges_page_at_the_same_cost(portal: Portal) -> None:
    card(portal)
    owing(portal)
    collected()
    one = Charge.unscoped.get(partner=portal.northwind)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            browser.get("/payment")
        return len(caught)

    browser = portal.browser()
    browser.get("/payment")
    before = queries()
    for day in range(60):
        Charge.unscoped.create(
            partner=portal.northwind,
            card=one.card,
            currency="USD",
            amount=100,
            state="canceled",
            decline_class="soft",
            decline_code="try_again_later",
            create_attempt=1,
            planned_at=CLOSED + timedelta(days=day + 1),
        )
    assert queries() == before
    assert "1–50 of 61" in text_of(browser)
    assert "51–61 of 61" in text_of(browser, "/payment?page=2")
    for rubbish in ("x", "-1", "99999999999999999999", "%00"):
        text_of(browser, f"/payment?page={rubbish}")


def test_nothing_is_there_before_signing_in(portal: Portal) -> None:
    assert Client().get("/payment").status_code == 302
    assert Client().get("/payment/sandbox-card/cs_x").headers["Location"].startswith("/sign-in/")


def test_markup_in_what_is_shown_stays_text(portal: Portal) -> None:
    card(portal)
    Card.unscoped.update(brand="<script>alert(1)</script>")
    told = text_of(portal.browser())
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert(1)" in told


def test_the_next_charge_is_the_earliest(portal: Portal) -> None:
    card(portal, NO_FUNDS)
    owing(portal)
    collected()
    told = text_of(portal.browser())
    next_charge = told.index("Next charge, on 6 February")
    assert "$100.80" in told[next_charge : next_charge + 200]
    assert told.count("Next charge, on") == 1
    assert told.index("Then, on ") > next_charge
