"""The page behind the link in a mail, on which a cardholder confirms a payment (3-D Secure)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.send_messages import send_messages
from pleamar.models import Charge, Invoice, OutboxMessage
from pleamar.ports.mail import Letter
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.wiring.links import charge_of, payment_link, with_links
from pleamar.wiring.payments import sandbox_gateway
from pleamar.wording.mail import letter
from tests.fakes.leasing import leasing
from tests.fakes.one_charge import DUE, SECURE, SUCCEEDS, collect, one_charge, paid_once
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller


@pytest.fixture
def charge(installation: object, monkeypatch: pytest.MonkeyPatch) -> Charge:
    """One that waits for its cardholder."""
    monkeypatch.delenv("PLEAMAR_ADDRESS", raising=False)
    story = Storyteller()
    waiting = one_charge(story, SECURE)
    assert collect(sandbox_gateway(story.clock)).waiting == 1
    waiting.refresh_from_db()
    return waiting


@pytest.fixture
def page(charge: Charge) -> str:
    link = payment_link(charge.public_id, {})
    assert link is not None
    return link.removeprefix("http://localhost:8000")


def test_m11_the_cardholder_confirms_the_payment(client: Client, charge: Charge, page: str) -> None:
    asked = client.get(page)
    assert "Confirm your payment of $24.00" in asked.content.decode()
    bank = client.post(page, {"wanted": "begin"})
    assert "Play the cardholder" in bank.content.decode()
    back = client.post(page, {"wanted": "confirm"}, follow=True)
    assert back.redirect_chain == [(f"http://testserver{page}?back", 302)]
    assert "has gone through" in back.content.decode()
    paid_once()
    assert "has gone through" in client.get(page).content.decode()


def test_m11_a_cardholder_who_fails_is_told_so(client: Client, charge: Charge, page: str) -> None:
    client.post(page, {"wanted": "begin"})
    back = client.post(page, {"wanted": "refuse"}, follow=True)
    assert "This payment was not collected. If anything is outstanding, it is tried again" in back.content.decode()
    assert Invoice.unscoped.get().state == "open"
    assert check_books(EVERYTHING) == []


def test_opening_the_page_asks_nothing_of_the_bank(client: Client, charge: Charge, page: str) -> None:
    """Machines open what stands in mails."""
    client.get(page)
    client.get(page)
    charge.refresh_from_db()
    assert (charge.state, charge.confirm_attempt) == ("action_required", 1)


def test_each_try_has_a_key_of_its_own(client: Client, charge: Charge, page: str) -> None:
    client.post(page, {"wanted": "begin"})
    client.post(page, {"wanted": "begin"})
    charge.refresh_from_db()
    assert charge.confirm_attempt == 3


def test_nothing_is_left_to_do_for_a_payment_that_was_given_up(client: Client, charge: Charge, page: str) -> None:
    collect(sandbox_gateway(), DUE + timedelta(days=8))
    assert "Nothing left to confirm" in client.get(page).content.decode()
    again = client.post(page, {"wanted": "begin"}, follow=True)
    assert "Nothing left to confirm" in again.content.decode()


@pytest.mark.parametrize("made_up", ["x", "chg_1", "a:b:c", "%F0%9F%A6%84", "-", "x" * 3000])
def test_a_link_that_we_did_not_give_leads_nowhere(client: Client, charge: Charge, made_up: str) -> None:
    assert client.get(f"/confirm-payment/{made_up}").status_code == 404
    assert client.post(f"/confirm-payment/{made_up}", {"wanted": "begin"}).status_code == 404


def test_a_link_to_something_else_of_ours_leads_nowhere(client: Client, charge: Charge) -> None:
    """Signed with our key, for another purpose, or of a charge that is not there."""
    for token in (
        signing.dumps(charge.public_id),
        signing.dumps("chg_00000000000000000000000000", salt="pleamar.confirm-payment"),
        signing.dumps({"a": 1}, salt="pleamar.confirm-payment"),
    ):
        assert client.get(f"/confirm-payment/{token}").status_code == 404
    assert charge_of("") is None


def test_a_form_without_its_token_is_refused(charge: Charge, page: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page, {"wanted": "begin"}).status_code == 403
    form = strict.get(page).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    assert strict.post(page, {"wanted": "begin", "csrfmiddlewaretoken": token[1]}).status_code == 200


def test_while_nothing_is_collected_it_says_to_try_again(client: Client, charge: Charge, page: str) -> None:
    pause_collection("copied", cause=TESTER, now=DUE)
    answer = client.get(f"{page}?back")
    assert answer.status_code == 503
    assert "Please try again in a few minutes" in answer.content.decode()


def test_the_page_is_closed_to_everything_else(client: Client, page: str) -> None:
    answer = client.get(page)
    policy = dict(one.partition(" ")[::2] for one in answer.headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert policy["form-action"].split() == ["'self'", "https://checkout.stripe.com", "https:"]  # any bank's
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.delete(page).status_code == 405


def test_it_speaks_spanish(client: Client, page: str) -> None:
    told = client.get(page, headers={"Accept-Language": "es-ES,es;q=0.9"}).content.decode()
    assert '<html lang="es">' in told
    assert "Confirme su pago de" in told


def test_m11_the_mail_has_the_link(charge: Charge, page: str) -> None:
    sent: list[Letter] = []

    class Box:
        def send(self, letter: Letter) -> None:
            sent.append(letter)

    OutboxMessage.unscoped.filter(partner__email="").update(due_at=DUE)
    charge.partner.email = "owner@partner.example"
    charge.partner.save()
    send_messages(Box(), with_links(letter), now=DUE)
    link = f"http://localhost:8000{page.rpartition(':')[0].partition(':')[0]}"
    assert [link in mail.text for mail in sent].count(True) == 1


def test_a_charge_of_another_card_is_paid_without_anybody(client: Client, installation: object) -> None:
    charge = one_charge(Storyteller(), SUCCEEDS)
    link = payment_link(charge.public_id, {"PLEAMAR_ADDRESS": "https://billing.example/"})
    assert link is not None
    assert link.startswith("https://billing.example/confirm-payment/")
    assert "Nothing left to confirm" in client.get(link.removeprefix("https://billing.example")).content.decode()
    assert leasing().length


def test_who_comes_back_from_entering_a_card_is_thanked(client: Client, installation: object) -> None:
    answer = client.get("/card-saved")
    assert (answer.status_code, "it is used from now on" in answer.content.decode()) == (200, True)
    assert client.post("/card-saved").status_code == 405
