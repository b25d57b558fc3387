"""Mail to partners, as they read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pleamar.adapters.mail.envelope import enveloped
from pleamar.ports.mail import MailUndelivered, Message
from pleamar.wording.mail import TOPICS, letter
from tests.contracts.mail import SENDER, read, text_of
from tests.entrypoints.mail_topics import FACTS, Facts, message

NO_BREAK = "\N{NO-BREAK SPACE}"


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ")


def test_every_topic_is_tried_here() -> None:
    assert set(FACTS) == set(TOPICS)


def test_a_payment_in_english() -> None:
    told = letter(message("charge_succeeded", facts={"invoices": "INV-000001"}))
    assert told.subject == "Payment received: $1,234.56"
    assert told.text == (
        "Hello Northwind IT,\n\n"
        "Thank you! We have charged $1,234.56 to your card Visa ···· 4242 for invoice INV-000001.\n\n"
        "There is nothing else you need to do.\n\n"
        "Kind regards,\nMeridian Software\n"
    )
    assert (told.id, told.to, told.dated) == ("msg_1", "ana@northwind.example", datetime(2026, 2, 1, tzinfo=UTC))


def test_a_payment_in_spanish() -> None:
    told = letter(message("charge_succeeded", "es"))
    assert plain(told.subject) == "Pago recibido: 1.234,56 US$"
    assert "por las facturas INV-000001, INV-000002." in told.text
    assert told.text.endswith("Un saludo cordial,\nMeridian Software\n")


def test_a_decline_says_when_it_is_tried_again_on_the_partners_own_day() -> None:
    told = letter(message("charge_declined"))
    assert told.subject == "Your card was declined; we will try again on 3 Feb 2026"
    assert "for invoices INV-000001, INV-000002 was declined by the bank" in told.text
    assert "el 3 feb 2026" in letter(message("charge_declined", "es")).text


def test_a_decline_for_good_asks_for_another_card() -> None:
    told = letter(message("charge_declined", facts={"next_attempt": ""}))
    assert told.subject == "Your card was declined; please add another one"
    assert "We will not try this card again." in told.text


def test_a_payment_that_was_not_confirmed_is_no_decline_of_the_banks() -> None:
    told = letter(message("charge_declined", facts={"code": "payment_intent_authentication_failure"}))
    assert "was not confirmed with your bank" in told.text
    for given_up in ({}, {"next_attempt": ""}):
        told = letter(message("charge_declined", facts={"code": "authentication_required", **given_up}))
        assert told.subject.startswith("Your payment was not confirmed; ")
        assert "declined" not in told.subject + told.text


def test_m14_an_overdue_mail_says_when_the_card_is_tried_again() -> None:
    facts: Facts = {"why": "declined", "next_attempt": "2026-11-08T23:30:00+00:00"}
    assert (
        "did not go through; we will try it again on 9 Nov 2026."
        in letter(message("payment_overdue", facts=facts)).text
    )


def test_a_payment_to_confirm_has_its_link_and_its_last_moment() -> None:
    told = letter(message("action_required"))
    assert "Confirm the payment:\nhttps://portal.example/confirm/1\n" in told.text
    assert "by 8 Feb 2026, 09:10 (Europe/Madrid)" in told.text
    assert "Reply to us for the link." in letter(message("action_required", facts={"link": ""})).text


def test_m12_a_cycle_that_ends_says_what_it_comes_to_and_until_when_it_can_change() -> None:
    told = letter(message("cycle_closing"))
    assert told.subject == "Your cycle ends on 7 Dec 2026: $1,851.00 so far"
    assert "Active users now: 1,208\nPeak of this cycle: 1,234\nAmount so far: $1,851.00\n" in told.text
    assert "charged to your card Visa ···· 4242" in told.text
    assert "inactive by 8 Dec 2026, 00:00 (Europe/Madrid) no longer counts in your next cycle" in told.text
    assert "next cycle" not in letter(message("cycle_closing", facts={"last": 1})).text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "It is charged to your card Visa ···· 4242"),
        ({"card": ""}, "There is no card that we can charge, so it stays outstanding."),
        ({"amount": 0}, "There is nothing to pay."),
        ({"amount": 49}, "less than can be charged to a card"),
        ({"timezone": "America/Lima"}, "Billing period: 7 Nov 2026 – 7 Dec 2026 (America/Lima)"),
    ],
)
def test_m11_an_invoice_says_how_it_is_paid(facts: Facts, said: str) -> None:
    told = letter(message("invoice_issued", facts=facts))
    assert told.subject.startswith("Invoice INV-000123: $")
    assert said in told.text


def test_m13_a_card_that_expires_says_whether_the_next_bill_is_still_charged_to_it() -> None:
    told = letter(message("card_expiring"))
    assert told.subject == "Your card Visa ···· 4242 expires at the end of November 2026"
    assert "is charged on 8 Dec 2026, and your bank would then decline" in told.text
    assert "is still charged to it, on 8 Dec 2026" in letter(message("card_expiring", facts={"month": 12})).text
    assert "noviembre de 2026" in letter(message("card_expiring", "es")).subject


def test_m13_no_card_says_what_is_owed_and_what_comes() -> None:
    told = letter(message("no_card"))
    assert "This cycle so far: $865.60\nOutstanding: $123.00 and €45.00\n" in told.text
    assert "Outstanding" not in letter(message("no_card", facts={"outstanding": ""})).text
    assert "so far" not in letter(message("no_card", facts={"amount": 0})).text
    assert "123,00 US$ y 45,00 €" in plain(letter(message("no_card", "es")).text)


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("good", "Your users notice nothing of that"),
        (
            "overdue",
            "Something is overdue already. If that stays so, the users of your monthly customers may no longer",
        ),
        ("suspended", "The users of your monthly customers cannot sign in, because something is overdue."),
    ],
)
def test_m14_no_card_says_that_users_notice_nothing_only_where_it_is_so(standing: str, said: str) -> None:
    told = letter(message("no_card", facts={"standing": standing})).text
    assert said in told
    assert ("notice nothing" in told) == (standing == "good")
    written_before = replace(message("no_card"), facts={**FACTS["no_card"], "standing": ""})
    assert "notice nothing" not in letter(written_before).text


def test_m14_what_is_overdue_says_for_how_long_why_and_what_may_come() -> None:
    told = letter(message("payment_overdue"))
    assert told.subject == "Payment overdue: $123.00 and €45.00, the oldest for 7 days"
    assert "You owe $123.00 and €45.00. The oldest of it has been due since 8 Nov 2026. There is no card" in told.text
    assert (
        "overdue on 8 Dec 2026, 01:10 (Europe/Madrid), the users of your monthly customers may no longer" in told.text
    )
    first = letter(message("payment_overdue", facts={"days": 0, "suspends_at": "", "why": "declined"}))
    assert first.subject == "Payment overdue: $123.00 and €45.00"
    assert "The charge to your card did not go through." in first.text
    assert "sign in" not in first.text


@pytest.mark.parametrize("topic", ["payment_overdue", "access_suspended", "suspension_proposed"])
def test_m14_the_date_is_said_of_the_oldest_not_of_the_whole_sum(topic: str) -> None:
    assert "The oldest of it has been due since 8 Nov 2026." in letter(message(topic)).text


def test_m20_a_trial_that_is_to_go_live_is_told_so_and_not_asked_about() -> None:
    live = {"activation_due_at": "2026-12-07T23:00:00+00:00"}
    ending, ended = (letter(message(topic, facts=live)).text for topic in ("trial_ending", "trial_ended"))
    planned = "As you have planned, the customer becomes active on 8 Dec 2026, 00:00 (Europe/Madrid), and is billed"
    assert f"{planned} from then on. In between nobody there can sign in, and nothing is billed." in ending
    assert f"{planned} from then on. Until then nobody there can sign in, and nothing is billed." in ended
    for told in (ending, ended):
        assert "You do not need to do anything." in told
        assert "Would you like to keep" not in told
        assert "never turns into a bill" not in told
    sooner = letter(message("trial_ending", facts={"activation_due_at": "2026-12-01T09:30:00+00:00"})).text
    assert "Everybody there can go on signing in." in sooner


def test_m20_without_a_plan_a_trial_says_that_nothing_is_billed_by_itself() -> None:
    for topic, said in (("trial_ending", "never turns into a bill by itself"), ("trial_ended", "nothing is billed.")):
        facts = {name: value for name, value in FACTS[topic].items() if name != "activation_due_at"}
        for told in (message(topic), replace(message(topic), facts=facts)):
            assert said in letter(told).text
            assert "planned" not in letter(told).text


@pytest.mark.parametrize(
    ("topics", "moved_to", "day"),
    [
        (["cycle_closing", "card_expiring"], "America/Lima", "8 Dec"),
        # The last day, which is that of Lima too.
        (["no_card", "usage_alert", "unusual_growth", "trial_activated"], "Asia/Tokyo", "7 Dec"),
    ],
)
def test_m26_a_running_cycle_is_told_in_its_own_zone_not_in_the_next_ones(
    topics: list[str], moved_to: str, day: str
) -> None:
    """The partner has moved from the next cycle on."""
    for topic in topics:
        assert f"{day} 2026" in letter(message(topic, timezone=moved_to)).text
        assert day not in letter(message(topic, facts={"timezone": ""}, timezone=moved_to)).text


def test_m14_staff_are_asked_and_not_greeted_as_the_partner() -> None:
    told = letter(message("suspension_proposed", manager="Sofía"))
    assert told.subject == "Block sign-in for Northwind IT? $123.00 overdue"
    assert told.text.startswith("Hello,\n\nNorthwind IT was warned and still owes $123.00. The oldest of it")
    assert "account manager" not in told.text
    assert "pleamar standing approve 'Northwind IT' --reason \"your reason\" --yes" in told.text
    assert "pleamar standing decline 'Northwind IT' --reason \"your reason\"" in told.text
    assert "`" not in told.text


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        ({"kind": "seats", "threshold": 1000, "value": 1001}, "Alert: a peak of 1,001 users"),
        ({"kind": "amount"}, "Alert: this cycle comes to $1,043.20"),
        ({"kind": "growth", "threshold": 25, "value": 31}, "Alert: a peak 31% above that of your last cycle"),
    ],
)
def test_an_alert_is_in_the_unit_that_was_asked_for(facts: Facts, subject: str) -> None:
    assert letter(message("usage_alert", facts=facts)).subject == subject


@pytest.mark.parametrize(
    ("topic", "fact", "one", "more"),
    [
        ("trial_ending", "members", "1 active user,", "2 active users,"),
        ("trial_activated", "seats", "1 user counts", "2 users count"),
        ("limit_reached", "refused", "1 user could", "2 users could"),
        ("payment_overdue", "days", "oldest for 1 day", "oldest for 2 days"),
    ],
)
def test_one_is_not_several(topic: str, fact: str, one: str, more: str) -> None:
    for number, said in ((1, one), (2, more)):
        told = letter(message(topic, facts={fact: number}))
        assert said in told.subject + told.text


def test_m24_the_account_manager_stands_under_it_and_the_brand_signs() -> None:
    told = letter(message("price_rise", manager="Sofía Marín", manager_contact="+34 600 000 000"))
    assert told.text.endswith("Meridian Software\n\nYour account manager is Sofía Marín: +34 600 000 000\n")
    assert letter(message("price_rise", manager="Sofía Marín")).text.endswith("manager is Sofía Marín.\n")


@pytest.mark.parametrize("topic", FACTS)
def test_every_mail_is_in_the_readers_language(topic: str) -> None:
    english, spanish, other = (letter(message(topic, language)) for language in ("en", "es", "fr"))
    assert (english.subject, english.text) == (other.subject, other.text)
    assert english.subject != spanish.subject
    quoted = {str(fact) for fact in FACTS[topic].values()}  # what a person wrote stays as they wrote it
    assert not set(english.text.split("\n\n")) & set(spanish.text.split("\n\n")) - quoted
    for told in (english, spanish):
        assert len(told.subject) <= 80
        assert "%(" not in told.subject + told.text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", FACTS)
def test_every_mail_travels_whole(topic: str, language: str) -> None:
    told = letter(message(topic, language))
    arrived = read(enveloped(told, SENDER).content)
    assert (arrived["Subject"], text_of(arrived)) == (told.subject, told.text)


def test_what_has_no_words_is_given_up_for_good() -> None:
    with pytest.raises(MailUndelivered, match="no words for unheard_of") as failed:
        letter(message("unheard_of"))
    assert failed.value.for_good


@pytest.mark.parametrize("topic", FACTS)
def test_facts_that_are_missing_or_rubbish_are_given_up_for_good(topic: str) -> None:
    given_up = 0
    for fact in FACTS[topic]:
        for odd in ({name: value for name, value in FACTS[topic].items() if name != fact}, {**FACTS[topic], fact: "x"}):
            given_up += _is_given_up(replace(message(topic), facts=odd))
    assert given_up or not FACTS[topic]


def _is_given_up(told: Message) -> bool:
    """Whether it is; that it is for good. Anything else that goes wrong fails the test."""
    try:
        return not letter(told).text
    except MailUndelivered as failed:
        return failed.for_good
