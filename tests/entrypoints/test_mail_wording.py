"""Mail to partners, as they read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.ports.mail import MailUndelivered, Message
from pleamar.wording.mail import letter

FACTS: dict[str, str | int] = {
    "amount": 123456,
    "currency": "USD",
    "card": "Visa ···· 4242",
    "invoices": "INV-000001 INV-000002",
    "next_attempt": "2026-02-02T23:30:00+00:00",
    "until": "2026-02-08T08:10:00+00:00",
    "link": "https://portal.example/confirm/1",
}


def message(topic: str, language: str = "en", **facts: str | int) -> Message:
    return Message(
        "msg_1",
        topic,
        FACTS | facts,
        datetime(2026, 2, 1, tzinfo=UTC),
        "ana@northwind.example",
        "Northwind IT",
        language,
        "Europe/Madrid",
        "Meridian Software",
    )


def test_a_payment_in_english() -> None:
    told = letter(message("charge_succeeded", invoices="INV-000001"))
    assert told.subject == "Payment received: $1,234.56"
    assert told.text == (
        "Hello Northwind IT,\n\n"
        "Thank you! We have charged $1,234.56 to your card Visa ···· 4242 for invoice INV-000001.\n\n"
        "There is nothing else you need to do.\n\n"
        "Kind regards,\nMeridian Software\n"
    )


def test_a_payment_in_spanish() -> None:
    told = letter(message("charge_succeeded", "es"))
    assert told.subject.replace("\N{NO-BREAK SPACE}", " ") == "Pago recibido: 1.234,56 US$"
    assert "por las facturas INV-000001, INV-000002." in told.text
    assert told.text.endswith("Un saludo cordial,\nMeridian Software\n")


def test_a_decline_says_when_it_is_tried_again_on_the_partners_own_day() -> None:
    told = letter(message("charge_declined"))
    assert told.subject == "Your card was declined; we will try again on 3 Feb 2026"
    assert "for invoices INV-000001, INV-000002 was declined by the bank" in told.text
    assert "el 3 feb 2026" in letter(message("charge_declined", "es")).text


def test_a_decline_for_good_asks_for_another_card() -> None:
    told = letter(message("charge_declined", next_attempt=""))
    assert told.subject == "Your card was declined; please add another one"
    assert "We will not try this card again." in told.text


def test_a_payment_to_confirm_has_its_link_and_its_last_moment() -> None:
    told = letter(message("action_required"))
    assert "It takes a minute, here:\nhttps://portal.example/confirm/1\n" in told.text
    assert "by 8 Feb 2026, 09:10 (Europe/Madrid)" in told.text
    assert "Reply to us for the link." in letter(message("action_required", link="")).text


@pytest.mark.parametrize("topic", ["charge_succeeded", "charge_declined", "action_required"])
def test_every_mail_is_in_the_readers_language(topic: str) -> None:
    english, spanish, other = (letter(message(topic, language)) for language in ("en", "es", "fr"))
    assert english == other
    assert english.subject != spanish.subject
    assert not set(english.text.split("\n\n")) & set(spanish.text.split("\n\n"))


@pytest.mark.parametrize(
    "odd", [message("unheard_of"), message("charge_succeeded", amount="x"), message("action_required", until="soon")]
)
def test_what_has_no_words_is_given_up_for_good(odd: Message) -> None:
    with pytest.raises(MailUndelivered) as failed:
        letter(odd)
    assert failed.value.for_good


def test_a_payment_that_was_not_confirmed_is_no_decline_of_the_banks() -> None:
    told = letter(message("charge_declined", code="payment_intent_authentication_failure"))
    assert "was not confirmed with your bank" in told.text
    assert "declined by the bank" not in told.text
