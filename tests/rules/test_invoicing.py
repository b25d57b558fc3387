"""Invoices: dates, numbers, totals and states (rules M7, M25 and M27)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.invoicing import (
    Totals,
    credit_totals,
    invoice_number,
    is_collectable,
    is_invoiced,
    issue_date,
    state_when_issued,
    tax_point,
    totals,
)
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused

# Havana, Cairo and Santiago put their clocks forward at midnight: some days there have no 00:00. Apia once lost a day.
ZONES = ["UTC", "Europe/Madrid", "America/Havana", "Africa/Cairo", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia"]


@pytest.mark.parametrize(
    ("cycle_end", "zone", "expected"),
    [
        (datetime(2025, 2, 27, tzinfo=UTC), "UTC", date(2025, 2, 26)),
        (datetime(2025, 2, 27, 0, 0, 0, 1, tzinfo=UTC), "UTC", date(2025, 2, 27)),
        (datetime(2025, 1, 1, tzinfo=UTC), "UTC", date(2024, 12, 31)),
        (datetime(2025, 3, 1, tzinfo=ZoneInfo("Europe/Madrid")), "Europe/Madrid", date(2025, 2, 28)),
        (datetime(2025, 2, 28, 23, tzinfo=UTC), "Europe/Madrid", date(2025, 2, 28)),
        (datetime(2025, 3, 1, tzinfo=UTC), "Europe/Madrid", date(2025, 3, 1)),
        (datetime(2025, 3, 1, tzinfo=UTC), "America/New_York", date(2025, 2, 28)),
        # The day starts at 01:00 where midnight is missing; written either way it is the same instant.
        (datetime(2025, 3, 9, 1, tzinfo=ZoneInfo("America/Havana")), "America/Havana", date(2025, 3, 8)),
        (datetime(2025, 3, 9, 0, tzinfo=ZoneInfo("America/Havana")), "America/Havana", date(2025, 3, 8)),
        (datetime(2025, 3, 9, 5, tzinfo=UTC), "America/Havana", date(2025, 3, 8)),
        # Apia had no 30 December 2011: the day before the 31st is the 29th.
        (datetime(2011, 12, 31, tzinfo=ZoneInfo("Pacific/Apia")), "Pacific/Apia", date(2011, 12, 29)),
    ],
)
def test_m25_the_tax_point_is_the_last_local_day_of_the_cycle(cycle_end: datetime, zone: str, expected: date) -> None:
    assert tax_point(cycle_end, ZoneInfo(zone)) == expected


@settings(deadline=None)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001 - the offset is put on below
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(ZONES),
)
def test_m25_the_tax_point_depends_on_the_instant_alone(naive: datetime, offset: int, name: str) -> None:
    instant, zone = naive.replace(tzinfo=UTC), ZoneInfo(name)
    point = tax_point(instant, zone)
    assert tax_point(instant.astimezone(timezone(timedelta(minutes=offset))), zone) == point
    assert tax_point(instant.astimezone(zone), zone) == point
    assert point == (instant - timedelta(microseconds=1)).astimezone(zone).date()


MIDNIGHT_UTC = datetime(2025, 6, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "newest", "expected"),
    [
        ("UTC", None, date(2025, 6, 30)),
        ("Europe/Madrid", None, date(2025, 7, 1)),
        ("Europe/Madrid", date(2025, 5, 1), date(2025, 7, 1)),
        ("Europe/Madrid", date(2025, 7, 1), date(2025, 7, 1)),
        ("UTC", date(2025, 7, 1), date(2025, 7, 1)),
        ("UTC", date(2025, 7, 9), date(2025, 7, 9)),
    ],
)
def test_m25_the_issue_date_is_the_day_of_writing_and_never_goes_back(
    zone: str, newest: date | None, expected: date
) -> None:
    assert issue_date(MIDNIGHT_UTC, ZoneInfo(zone), newest) == expected


def test_m25_a_moment_without_an_offset_is_a_mistake_of_the_caller() -> None:
    naive = datetime(2025, 6, 30)  # noqa: DTZ001 - the mistake
    with pytest.raises(ValueError, match="needs an offset"):
        tax_point(naive, ZoneInfo("UTC"))
    with pytest.raises(ValueError, match="needs an offset"):
        issue_date(naive, ZoneInfo("UTC"), None)


@pytest.mark.parametrize(
    ("sequence", "number"),
    [(1, "INV-000001"), (42, "INV-000042"), (999_999, "INV-999999"), (1_000_000, "INV-1000000")],
)
def test_invoice_numbers_have_six_digits_or_more(sequence: int, number: str) -> None:
    assert invoice_number("INV", sequence) == number


@pytest.mark.parametrize("sequence", [0, -1])
def test_invoice_numbers_start_at_one(sequence: int) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        invoice_number("INV", sequence)


@pytest.mark.parametrize(
    ("lines", "currency", "rate", "net", "tax"),
    [
        ([21000], "USD", "21", 21000, 4410),
        ([23760, -2760], "USD", "21", 21000, 4410),
        # Half a cent on each of two lines would make 2; on the net there is nothing to round.
        ([5, 5], "USD", "10", 10, 1),
        ([5], "USD", "10", 5, 1),
        ([4], "USD", "10", 4, 0),
        ([-5], "USD", "10", -5, -1),
        ([1005], "JPY", "10", 1005, 101),
        ([1004], "JPY", "10", 1004, 100),
        ([1_234_567], "KWD", "5.5", 1_234_567, 67_901),
        ([100], "EUR", "0", 100, 0),
        ([100], "EUR", "100", 100, 100),
        ([], "KWD", "21", 0, 0),
    ],
)
def test_m25_tax_is_rounded_once_on_the_net(lines: list[int], currency: str, rate: str, net: int, tax: int) -> None:
    assert totals([Money(minor, currency) for minor in lines], currency, Decimal(rate)) == Totals(
        Money(net, currency), Decimal(rate), Money(tax, currency), Money(net + tax, currency)
    )


@settings(deadline=None)
@given(
    st.lists(st.integers(-(10**15), 10**15), max_size=8),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.decimals(0, 100, places=4),
)
def test_m25_totals_match_exact_fractions(lines: list[int], currency: str, rate: Decimal) -> None:
    made = totals((Money(minor, currency) for minor in lines), currency, rate)
    exact = Fraction(sum(lines)) * Fraction(rate) / 100
    size = (abs(exact) * 2 + 1) // 2
    assert made.net.minor == sum(lines)
    assert made.tax.minor == (size if exact >= 0 else -size)
    assert made.total.minor == made.net.minor + made.tax.minor
    assert {made.net.currency, made.tax.currency, made.total.currency} == {currency}


def test_m25_tax_on_a_net_of_very_many_digits_is_exact() -> None:
    minor = 5 * 10**30 + 5
    assert totals([Money(minor, "JPY")], "JPY", Decimal(10)).tax == Money(5 * 10**29 + 1, "JPY")
    with localcontext(prec=4):
        assert totals([Money(123_456_789, "USD")], "USD", Decimal(21)).tax == Money(25_925_926, "USD")


@pytest.mark.parametrize("rate", ["-0.01", "100.01", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_m25_a_tax_rate_lies_between_0_and_100(rate: str) -> None:
    with pytest.raises(Refused) as refusal:
        totals([], "USD", Decimal(rate))
    assert (refusal.value.code, refusal.value.facts) == ("tax_rate_out_of_range", {"tax_rate": rate})


def test_lines_of_another_currency_are_not_added() -> None:
    with pytest.raises(ValueError, match="USD and EUR"):
        totals([Money(1, "EUR")], "USD", Decimal(0))


@pytest.mark.parametrize(("peak", "invoiced"), [(0, False), (1, True), (20, True)])
def test_m07_a_peak_of_zero_gets_no_invoice(peak: int, invoiced: bool) -> None:
    assert is_invoiced(peak) is invoiced


@pytest.mark.parametrize("currency", [*("USD", "JPY"), *(code for code, digits in DECIMALS.items() if digits == 3)])
def test_m07_an_invoice_of_zero_is_paid_as_it_is_issued(currency: str) -> None:
    assert state_when_issued(Money(0, currency)) == "paid"
    assert state_when_issued(Money(1, currency)) == "open"
    with pytest.raises(ValueError, match="negative total: -1"):
        state_when_issued(Money(-1, currency))


@pytest.mark.parametrize(
    ("outstanding", "on_hold", "state", "collectable"),
    [
        (1, False, "open", True),
        (1, True, "open", False),
        (0, False, "open", False),
        (-1, False, "open", False),
        (1, False, "paid", False),
        (1, False, "void", False),
    ],
)
def test_m27_an_invoice_on_hold_is_not_collected(
    outstanding: int, on_hold: bool, state: str, collectable: bool
) -> None:
    assert is_collectable(outstanding=outstanding, on_hold=on_hold, state=state) is collectable


def _invoice(net: int, rate: str) -> Totals:
    return totals([Money(net, "USD")], "USD", Decimal(rate))


@pytest.mark.parametrize(
    ("net", "rate", "credited", "amount", "tax"),
    [
        (1000, "21", 0, 1210, 210),  # all of it: its own tax
        (1000, "21", 0, 121, 21),
        (1000, "21", 121, 1089, 189),  # the rest of it
        (1000, "0", 0, 500, 0),
        (3, "21", 0, 1, 0),  # 1 × 1 / 4, half up: none yet
        (3, "21", 1, 1, 1),  # 2 × 1 / 4, half up
        (3, "21", 2, 2, 0),
        (1000, "100", 0, 1, 1),  # 1 × 1000 / 2000, half up
    ],
)
def test_m25_a_credit_note_has_its_invoices_part_of_tax(
    net: int, rate: str, credited: int, amount: int, tax: int
) -> None:
    note = credit_totals(_invoice(net, rate), Money(credited, "USD"), Money(amount, "USD"))
    assert (note.total.minor, note.tax.minor, note.net.minor) == (amount, tax, amount - tax)
    assert note.tax_rate == Decimal(rate)


@given(st.integers(1, 10**9), st.decimals(0, 100, places=2), st.data())
def test_m16_m25_all_credit_notes_of_an_invoice_come_to_no_more_than_it(
    net: int, rate: Decimal, data: st.DataObject
) -> None:
    invoice = totals([Money(net, "USD")], "USD", rate)
    credited, notes = Money(0, "USD"), list[Totals]()
    while credited < invoice.total and len(notes) < 8:
        left = invoice.total - credited
        amount = left if len(notes) == 7 else Money(data.draw(st.integers(1, left.minor)), "USD")
        notes.append(credit_totals(invoice, credited, amount))
        credited = credited + amount
        assert notes[-1].net.minor >= 0 <= notes[-1].tax.minor
        assert notes[-1].net + notes[-1].tax == notes[-1].total == amount
    assert sum(note.net.minor for note in notes) == invoice.net.minor
    assert sum(note.tax.minor for note in notes) == invoice.tax.minor


@pytest.mark.parametrize(("credited", "amount"), [(0, 0), (0, -1), (0, 1211), (1000, 211), (-1, 1)])
def test_m16_no_more_is_credited_than_is_left(credited: int, amount: int) -> None:
    with pytest.raises(ValueError, match="a credit of"):
        credit_totals(_invoice(1000, "21"), Money(credited, "USD"), Money(amount, "USD"))
