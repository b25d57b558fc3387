"""What partners are told before a cycle ends and before a card expires: once, in time, and only what is still true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pleamar.actions.change_setting import change_setting
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.hold_invoice import hold_invoice
from pleamar.actions.remind_of_cards import remind_of_cards
from pleamar.actions.remind_of_cycles import remind_of_cycles
from pleamar.models import Card, Invoice, OutboxMessage, Partner, PriceBook, Seller, Standing
from pleamar.models.bulk import quick_cursor
from pleamar.queries.reminders import reminders_due
from pleamar.queries.scopes import EVERYTHING, Scope
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(installation: object) -> Storyteller:
    """A partner of Madrid with ten users since 1 January, and a card; its cycle ends on 1 February."""
    story = Storyteller()
    story.zone = "Europe/Madrid"
    story.on("2026-01-01 00:00").partner("Northwind IT", "EUR", "Europe/Madrid")
    story.card("4242424242424242")
    story.account("Contoso")
    story.joins("Contoso", 10)
    return story


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ENDS = moment("2026-01-31 23:00")
NOTICE = ENDS - timedelta(days=3)


def told(topic: str) -> list[dict[str, str | int]]:
    return list(OutboxMessage.unscoped.filter(topic=topic).order_by("pk").values_list("facts", flat=True))


def test_m12_a_cycle_that_ends_is_told_of_once_with_what_the_invoice_would_come_to(story: Storyteller) -> None:
    describe_seller(cause=TESTER, now=NOTICE)
    Seller.objects.update(tax_rate=21)
    story.leaves("Contoso", 4)
    assert remind_of_cycles(now=NOTICE - timedelta(microseconds=1)) == 0
    assert remind_of_cycles(now=NOTICE) == 1
    assert remind_of_cycles(now=NOTICE) == remind_of_cycles(now=ENDS - timedelta(seconds=1)) == 0
    assert told("cycle_closing") == [
        {
            "cycle_end": ENDS.isoformat(),
            "timezone": "Europe/Madrid",
            "amount": 2662,  # 10 × 2.20 and 21 %
            "currency": "EUR",
            "seats": 6,
            "peak": 10,
            "card": "Visa ···· 4242",
            "last": 0,
        }
    ]
    close_cycles(cause=TESTER, now=ENDS)
    assert Invoice.unscoped.get().total == told("cycle_closing")[0]["amount"]


def test_m12_whoever_was_away_tells_it_late_but_not_when_the_cycle_is_over(story: Storyteller) -> None:
    assert remind_of_cycles(now=ENDS - timedelta(seconds=1)) == 1
    OutboxMessage.unscoped.all().delete()
    assert remind_of_cycles(now=ENDS) == 0


def test_m13_who_has_no_card_is_told_that_instead(story: Storyteller) -> None:
    Card.unscoped.update(in_use=False)
    assert remind_of_cycles(now=NOTICE) == 1
    assert told("no_card") == [
        {
            "cycle_end": ENDS.isoformat(),
            "timezone": "Europe/Madrid",
            "amount": 2200,
            "currency": "EUR",
            "outstanding": "",
            "standing": "good",
        },
    ]
    assert told("cycle_closing") == []


def test_m13_a_card_that_was_declined_for_good_is_none_and_what_is_outstanding_is_told(story: Storyteller) -> None:
    Card.unscoped.update(usable=False)
    close_cycles(cause=TESTER, now=ENDS)
    story.clock.set(ENDS + timedelta(hours=1))
    story.leaves("Contoso", 10)
    assert remind_of_cycles(now=moment("2026-02-26 00:00")) == 1
    assert [(facts["amount"], facts["outstanding"]) for facts in told("no_card")] == [(2200, "2200 EUR")]
    close_cycles(cause=TESTER, now=moment("2026-03-01 00:00"))
    assert remind_of_cycles(now=moment("2026-03-30 00:00")) == 1
    assert [(facts["amount"], facts["outstanding"]) for facts in told("no_card")][1:] == [(0, "4400 EUR")]


@pytest.mark.parametrize(
    ("kept", "held", "standing"),
    [
        (None, False, "overdue"),
        ("suspended", False, "suspended"),
        ("suspended", True, "suspended"),
        (None, True, "good"),
    ],
)
def test_m14_no_card_tells_how_the_partner_stands(
    story: Storyteller, kept: str | None, held: bool, standing: str
) -> None:
    """Also before anybody has looked; what is on hold is not overdue."""
    Card.unscoped.update(in_use=False)
    close_cycles(cause=TESTER, now=ENDS)
    if held:
        hold_invoice("INV-000001", cause=replace(TESTER, reason="a question"), now=ENDS)
    if kept:
        Standing.unscoped.create(partner=story.partners["Northwind IT"], state=kept, suspended_at=ENDS, changed_at=ENDS)
    assert remind_of_cycles(now=moment("2026-02-27 00:00")) == 1
    assert [facts["standing"] for facts in told("no_card")] == [standing]


def test_m26_reminders_carry_the_zone_of_the_running_cycle(story: Storyteller) -> None:
    change_terms(story.partners["Northwind IT"].pk, timezone="America/Lima", cause=TESTER, now=story.clock())
    Card.unscoped.update(expires_year=2026, expires_month=2)
    assert (remind_of_cycles(now=NOTICE), remind_of_cards(now=moment("2026-01-30 23:30"))) == (1, 1)
    assert [told(topic)[0]["timezone"] for topic in ("cycle_closing", "card_expiring")] == ["Europe/Madrid"] * 2


def test_m27_what_is_on_hold_is_not_told_as_outstanding(story: Storyteller) -> None:
    Card.unscoped.update(in_use=False)
    close_cycles(cause=TESTER, now=ENDS)
    hold_invoice("INV-000001", cause=replace(TESTER, reason="a question"), now=ENDS)
    assert remind_of_cycles(now=moment("2026-02-27 00:00")) == 1
    assert [facts["outstanding"] for facts in told("no_card")] == [""]


def test_m07_who_would_owe_nothing_is_not_told(installation: object) -> None:
    story = Storyteller()
    story.on("2026-01-01 00:00").partner("Quiet")
    assert remind_of_cycles(now=moment("2026-01-30 00:00")) == 0
    assert reminders_due(EVERYTHING, moment("2026-01-02 00:00")) is None


def test_a_partner_in_shadow_is_told_nothing(story: Storyteller) -> None:
    for invoiced_from in (None, ENDS):
        Partner.unscoped.update(invoiced_from=invoiced_from)
        assert remind_of_cycles(now=NOTICE) == 0
        assert reminders_due(EVERYTHING, moment("2026-01-02 00:00")) is None
        Card.unscoped.update(expires_year=2026, expires_month=2)
        assert remind_of_cards(now=moment("2026-02-20 00:00")) == 0


def test_m09_who_has_no_price_book_is_told_when_it_has_one(story: Storyteller) -> None:
    PriceBook.unscoped.filter(currency="EUR").update(currency="SEK")
    assert remind_of_cycles(now=NOTICE) == 0
    PriceBook.unscoped.filter(currency="SEK").update(currency="EUR")
    assert remind_of_cycles(now=NOTICE) == 1


def test_a_first_cycle_that_is_shorter_than_the_notice_ends_without_one(installation: object) -> None:
    story = Storyteller()
    story.on("2026-01-31 12:00").partner("Late")  # its anchor is the 31st; the cycle ends on 28 February
    story.account("Contoso")
    story.joins("Contoso", 1)
    change_setting("no_card_notice_days", 27, cause=TESTER, now=story.clock())
    assert remind_of_cycles(now=moment("2026-02-01 00:00")) == 1
    Partner.unscoped.update(created_at=moment("2026-02-27 12:00"))
    OutboxMessage.unscoped.all().delete()
    with quick_cursor() as cursor:
        cursor.execute("UPDATE meter SET starts_at = '2026-02-01 12:00+00'")
    assert remind_of_cycles(now=moment("2026-02-02 00:00")) == 0


def test_m26_the_last_cycle_of_a_closed_partner_says_that_none_follows(story: Storyteller) -> None:
    close_partner(story.partners["Northwind IT"].pk, cause=TESTER, clock=story.clock)
    assert remind_of_cycles(now=NOTICE) == 1
    assert [facts["last"] for facts in told("cycle_closing")] == [1]


def test_many_partners_are_told_in_the_same_few_statements(
    installation: object, django_assert_num_queries: object
) -> None:
    story = Storyteller()
    for number in range(5):
        story.on("2026-01-01 00:00").partner(f"Partner {number}")
        story.account("Contoso")
        story.joins("Contoso", 1)
    with django_assert_num_queries(3):  # type: ignore[operator]  # settings and price books; ours are not Django's
        assert remind_of_cycles(now=moment("2026-01-30 00:00")) == 5
    assert OutboxMessage.unscoped.count() == 5


def test_m13_a_card_is_told_to_expire_thirty_days_before_the_end_of_its_month_where_the_partner_is(
    story: Storyteller,
) -> None:
    Card.unscoped.update(expires_year=2026, expires_month=3, added_at=moment("2026-01-01 00:00"))
    expires = moment("2026-03-31 22:00")  # 1 April, 00:00 in Madrid
    assert remind_of_cards(now=expires - timedelta(days=30, microseconds=1)) == 0
    assert reminders_due(EVERYTHING, moment("2026-02-28 00:00")) == expires - timedelta(days=30)
    assert remind_of_cards(now=expires - timedelta(days=30)) == 1
    assert remind_of_cards(now=expires - timedelta(days=1)) == 0
    (facts,) = told("card_expiring")
    assert (facts["card"], facts["month"], facts["year"]) == ("Visa ···· 4242", 3, 2026)


@pytest.mark.parametrize("changed", [{"in_use": False}, {"usable": False}, {"expires_year": 2027}])
def test_a_card_that_is_not_charged_any_more_is_not_told_of(story: Storyteller, changed: dict[str, object]) -> None:
    Card.unscoped.update(**{"expires_year": 2026, "expires_month": 3, **changed})
    assert remind_of_cards(now=moment("2026-03-20 00:00")) == 0


def test_a_card_that_was_just_added_is_not_told_of_at_once(story: Storyteller) -> None:
    Card.unscoped.update(expires_year=2026, expires_month=3, added_at=moment("2026-03-10 00:00"))
    assert remind_of_cards(now=moment("2026-03-20 00:00")) == 0


def test_a_card_with_another_month_is_told_of_again(story: Storyteller) -> None:
    Card.unscoped.update(expires_year=2026, expires_month=3)
    assert remind_of_cards(now=moment("2026-03-20 00:00")) == 1
    Card.unscoped.update(expires_month=4)
    assert remind_of_cards(now=moment("2026-04-20 00:00")) == 1


def test_a_clock_that_steps_from_date_to_date_meets_every_reminder(story: Storyteller) -> None:
    Card.unscoped.update(expires_year=2026, expires_month=2, added_at=moment("2026-01-01 00:00"))
    card_notice = moment("2026-02-28 23:00") - timedelta(days=30)
    assert reminders_due(EVERYTHING, moment("2026-01-02 00:00")) == NOTICE
    assert reminders_due(EVERYTHING, NOTICE) == card_notice
    assert reminders_due(EVERYTHING, card_notice) is None
    assert reminders_due(Scope(story.partners["Northwind IT"].pk), moment("2026-01-02 00:00")) == NOTICE
    assert reminders_due(Scope(0), moment("2026-01-02 00:00")) is None


def test_the_days_are_the_vendors_to_choose(story: Storyteller) -> None:
    change_setting("closing_notice_days", 7, cause=TESTER, now=story.clock())
    assert reminders_due(EVERYTHING, moment("2026-01-02 00:00")) == ENDS - timedelta(days=7)
    assert remind_of_cycles(now=ENDS - timedelta(days=7)) == 1
