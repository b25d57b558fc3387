"""Credit notes and the partner's credit: what is refused, what is used, and how much that asks of the database."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from pleamar.actions.add_credit import add_credit
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.hold_invoice import hold_invoice
from pleamar.actions.use_credit import use_credit
from pleamar.models import AuditEvent, ChargeAllocation, CreditNote, Invoice, InvoiceCredit, PartnerCredit, Seller
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.rules.refusals import Fact, Refused
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

FINANCE = Cause("finance", "office", reason="ten users too many")


@pytest.fixture
def story(installation: object) -> Storyteller:
    """Three invoices of 24.00 USD and 21 % of tax, and no card."""
    Seller.objects.update(tax_rate=Decimal(21))
    story = Storyteller()
    story.on("2026-01-01 00:00").partner("Partner")
    story.account("Customer")
    story.joins("Customer", 10)
    story.on("2026-04-01 00:10").night()
    return story


def credit(story: Storyteller, number: str, minor: int | None, currency: str = "USD") -> CreditNote:
    amount = None if minor is None else Money(minor, currency)
    return credit_invoice(number, amount, cause=FINANCE, now=story.clock())


def test_m16_m25_notes_in_parts_come_to_just_the_invoice(story: Storyteller) -> None:
    notes = [credit(story, "INV-000001", minor) for minor in (1, 1001, None)]
    assert [note.number for note in notes] == ["INV-CN-000001", "INV-CN-000002", "INV-CN-000003"]
    assert [note.total for note in notes] == [1, 1001, 1902]
    assert (sum(note.net for note in notes), sum(note.tax for note in notes)) == (2400, 504)
    assert {note.tax_rate for note in notes} == {Decimal(21)}
    assert Invoice.unscoped.get(number="INV-000001").state == "paid"
    act = AuditEvent.unscoped.filter(act="credit invoice").latest("id")
    assert (act.subject, act.reason, act.facts["credit_note"]) == ("INV-000001", FINANCE.reason, "INV-CN-000003")
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize(
    ("number", "minor", "currency", "code", "facts"),
    [
        ("INV-000009", 1, "USD", "invoice_unknown", {"number": "INV-000009"}),
        ("INV-000001", 0, "USD", "credit_not_positive", {}),
        ("INV-000001", -1, "USD", "credit_not_positive", {}),
        (
            *("INV-000001", 1, "EUR", "credit_in_other_currency"),
            {"number": "INV-000001", "currency": "EUR", "expected": "USD"},
        ),
        (
            *("INV-000001", 2905, "USD", "credit_exceeds_invoice"),
            {"number": "INV-000001", "left": 2904, "currency": "USD"},
        ),
    ],
)
def test_m16_what_cannot_be_credited(
    story: Storyteller, number: str, minor: int, currency: str, code: str, facts: dict[str, Fact]
) -> None:
    with pytest.raises(Refused) as refused:
        credit(story, number, minor, currency)
    assert (refused.value.code, refused.value.facts) == (code, facts)
    assert not CreditNote.unscoped.exists()


def test_m16_all_of_an_invoice_is_credited_once(story: Storyteller) -> None:
    credit(story, "INV-000001", None)
    with pytest.raises(Refused, match="left=0"):
        credit(story, "INV-000001", None)
    with pytest.raises(Refused, match="reason_missing"):
        credit_invoice("INV-000002", None, cause=TESTER, now=story.clock())
    Invoice.unscoped.filter(number="INV-000003").update(state="void")
    with pytest.raises(Refused, match="invoice_void"):
        credit(story, "INV-000003", None)
    assert CreditNote.unscoped.count() == 1


def test_m16_credit_goes_to_free_open_invoices_oldest_first(story: Storyteller) -> None:
    first, second, third = Invoice.unscoped.order_by("sequence")
    hold_invoice(first.number, cause=FINANCE, now=story.clock())
    PartnerCredit.unscoped.create(partner_id=first.partner_id, currency="USD", balance=3000)
    PartnerCredit.unscoped.create(partner_id=first.partner_id, currency="EUR", balance=9000)
    assert use_credit([first.partner_id], story.clock()) == 2
    credited = Invoice.unscoped.order_by("sequence").values_list("credited", "state")
    assert list(credited) == [(0, "open"), (2904, "paid"), (96, "open")]
    assert dict(PartnerCredit.unscoped.values_list("currency", "balance")) == {"USD": 0, "EUR": 9000}
    assert sorted(InvoiceCredit.unscoped.values_list("invoice_id", "amount")) == [(second.pk, 2904), (third.pk, 96)]
    assert use_credit([first.partner_id], story.clock()) == 0


def test_m16_an_invoice_that_is_being_charged_gets_no_credit(story: Storyteller) -> None:
    story.card("4000002760003184")  # waits for its cardholder
    assert ChargeAllocation.unscoped.filter(live=True).count() == 3
    partner_id = Invoice.unscoped.earliest("id").partner_id
    PartnerCredit.unscoped.create(partner_id=partner_id, currency="USD", balance=3000)
    assert use_credit([partner_id], story.clock()) == 0


def test_m16_without_credit_it_is_one_question(
    story: Storyteller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):  # the quick cursor is not counted, and nothing else is asked
        assert use_credit(list(range(1, 1001)), story.clock()) == 0
        assert use_credit([], story.clock()) == 0


def test_m16_credit_adds_up(story: Storyteller) -> None:
    partner_id = Invoice.unscoped.earliest("id").partner_id
    for minor in (100, 0, 250):
        add_credit(partner_id, Money(minor, "USD"), story.clock())
    assert PartnerCredit.unscoped.get().balance == 350
    with pytest.raises(ValueError, match="-1"):
        add_credit(partner_id, Money(-1, "USD"), story.clock())
