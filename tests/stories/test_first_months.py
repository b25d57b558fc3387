"""How a partner's first months are billed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tests.stories.month import Storyteller


def test_m04_the_worked_example_to_the_cent(story: Storyteller) -> None:
    """Cycle day 27; twenty users on 15 January; all of them gone on 26 January."""
    story.on("2025-12-27 00:00").partner("Cuarzo MSP", currency="EUR")
    story.card()
    story.account("First customer")
    story.on("2026-01-15 10:00").joins("First customer", 20)
    story.on("2026-01-26 18:00").leaves("First customer", 20)

    story.on("2026-01-27 00:01").night()
    assert story.peaks() == [20]
    assert story.totals() == [Decimal("44.00")]
    (invoice,) = story.invoices()
    assert (invoice.state, invoice.total.decimal, invoice.outstanding.decimal) == ("paid", Decimal("44.00"), Decimal(0))

    story.on("2026-02-27 00:01").night()
    assert story.peaks() == [20, 0]
    assert story.totals() == [Decimal("44.00"), Decimal("0.00")]
    assert len(story.invoices()) == 1, "a cycle of peak 0 has a statement, but no invoice and no charge"
    story.books_agree()


def test_m08_a_year_with_anchor_31(story: Storyteller) -> None:
    story.on("2027-12-31 15:00").partner("Anchor 31")
    story.account("Customer")
    story.joins("Customer", 5)
    story.on("2028-12-31 00:00").night()
    assert story.cycle_days() == [
        *("2028-01-31 00:00", "2028-02-29 00:00", "2028-03-31 00:00", "2028-04-30 00:00"),
        *("2028-05-31 00:00", "2028-06-30 00:00", "2028-07-31 00:00", "2028-08-31 00:00"),
        *("2028-09-30 00:00", "2028-10-31 00:00", "2028-11-30 00:00", "2028-12-31 00:00"),
    ]
    assert story.peaks() == [5] * 12
    story.books_agree()


def test_m08_sao_paulo_has_no_midnight_on_4_november_2018(story: Storyteller) -> None:
    story.zone = "America/Sao_Paulo"
    story.on("2018-10-04 12:00").partner("Paulista", zone="America/Sao_Paulo")
    story.account("Customer")
    story.joins("Customer", 7)
    # The clocks go from 23:59:59 on the 3rd to 01:00 on the 4th: that instant ends the cycle.
    story.on("2018-11-04T02:59:59.999999+00:00").joins("Customer", 1, start=50)
    story.on("2018-11-04T03:00:00+00:00").leaves("Customer", 5)
    story.on("2018-12-10 00:00").night()
    first, second = story.statements()
    assert first.cycle_end == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert (first.peak, second.peak) == (8, 3)
    assert second.cycle_end == datetime(2018, 12, 4, 2, tzinfo=UTC)
    story.books_agree()


def test_m08_madrid_through_both_changes_of_the_clock(story: Storyteller) -> None:
    story.zone = "Europe/Madrid"
    story.on("2026-03-15 08:00").partner("Marea", currency="EUR", zone="Europe/Madrid")
    story.account("Customer")
    story.joins("Customer", 3)
    story.on("2026-12-01 00:00").night()
    rows = story.statements()
    assert [row.cycle_end.hour for row in rows] == [22, 22, 22, 22, 22, 22, 22, 23]
    assert {day[8:] for day in story.cycle_days()} == {"15 00:00"}
    story.books_agree()


def test_m03_a_silent_month_with_40_seats(story: Storyteller) -> None:
    story.on("2026-01-10 00:00").partner("Quiet")
    story.account("Customer")
    story.joins("Customer", 40)
    story.on("2026-05-10 00:00").night()
    assert story.peaks() == [40, 40, 40, 40]
    assert [row.peak_at == row.cycle_start for row in story.statements()] == [False, True, True, True]
    story.books_agree()
