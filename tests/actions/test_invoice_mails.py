"""An invoice is told of with its own figures, once to each recipient; a cycle in shadow is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Card, Invoice, OutboxMessage, Partner, Seller
from pleamar.ports.jobs import Jobs
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

pytestmark = pytest.mark.django_db
CLOSED = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)


@pytest.fixture
def story(installation: object) -> Storyteller:
    story = Storyteller()
    story.on("2026-01-01 00:00").partner("Northwind IT")
    story.account("Contoso")
    story.joins("Contoso", 10)
    story.leaves("Contoso", 4)
    return story


def test_m11_an_invoice_is_told_of_with_what_stands_on_it(story: Storyteller) -> None:
    story.card("4242424242424242")
    Seller.objects.update(tax_rate=21)
    close_cycles(cause=TESTER, now=CLOSED)
    invoice, told = Invoice.unscoped.get(), OutboxMessage.unscoped.get()
    assert (told.topic, told.key, told.recipient, told.due_at) == (
        *("invoice_issued", f"invoice_issued:{invoice.pk}"),
        *("", CLOSED),
    )
    assert told.facts == {
        "invoice": invoice.number,
        "amount": 2904,  # 10 × 2.40 and 21 %
        "currency": "USD",
        "cycle_start": "2026-01-01T00:00:00+00:00",
        "cycle_end": "2026-02-01T00:00:00+00:00",
        "timezone": "UTC",
        "peak": 10,
        "card": "Visa ···· 4242",
    }
    close_cycles(cause=TESTER, now=CLOSED)
    assert OutboxMessage.unscoped.count() == 1


@pytest.mark.parametrize("changed", [{"usable": False}, {"in_use": False}])
def test_m13_a_card_that_does_not_work_is_none(story: Storyteller, changed: dict[str, bool]) -> None:
    story.card("4242424242424242")
    Card.unscoped.update(**changed)
    close_cycles(cause=TESTER, now=CLOSED)
    assert OutboxMessage.unscoped.get().facts["card"] == ""


def test_every_recipient_is_told_in_their_language(story: Storyteller) -> None:
    partner_id = story.partners["Northwind IT"].pk
    add_recipient(partner_id, "ana@northwind.example", language="es", cause=TESTER, now=CLOSED)
    add_recipient(partner_id, "bo@northwind.example", cause=TESTER, now=CLOSED)
    close_cycles(cause=TESTER, now=CLOSED)
    assert sorted(OutboxMessage.unscoped.values_list("recipient", "language")) == [
        ("ana@northwind.example", "es"),
        ("bo@northwind.example", ""),
    ]


def test_m07_a_cycle_without_an_invoice_is_silent(installation: object) -> None:
    story = Storyteller()
    story.on("2026-01-01 00:00").partner("Quiet")
    close_cycles(cause=TESTER, now=CLOSED)
    assert not OutboxMessage.unscoped.exists()


def test_a_cycle_in_shadow_is_silent(story: Storyteller) -> None:
    Partner.unscoped.update(invoiced_from=CLOSED.replace(minute=0))
    close_cycles(cause=TESTER, now=CLOSED)
    assert not OutboxMessage.unscoped.exists()
    close_cycles(cause=TESTER, now=CLOSED.replace(month=3))
    assert OutboxMessage.unscoped.get().facts["cycle_start"] == "2026-02-01T00:00:00+00:00"


def test_the_mails_of_many_invoices_are_written_in_one_statement(
    installation: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Storyteller()
    for number in range(20):
        story.on("2026-01-01 00:00").partner(f"Partner {number}")
        story.account("Contoso")
        story.joins("Contoso", 1)
    batches: list[int] = []

    def counting(tellings: Sequence[Telling], *, now: datetime, jobs: Jobs) -> None:
        batches.append(len(tellings))
        write_messages(tellings, now=now, jobs=jobs)

    monkeypatch.setattr("pleamar.actions.issue_invoices.write_messages", counting)
    close_cycles(cause=TESTER, now=CLOSED)
    assert batches == [20]
    assert OutboxMessage.unscoped.count() == 20
