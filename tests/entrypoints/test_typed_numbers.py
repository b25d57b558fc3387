"""Numbers are read in the way of whoever typed them."""

from __future__ import annotations

import pytest
from django import forms
from django.utils.translation import override

from pleamar.entrypoints.portal.notifications.alert_form import AlertForm
from pleamar.wording.typed_numbers import WholeNumber, with_point


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        ("0", 0, 0),
        (" 1000 ", 1000, 1000),
        ("1,000", 1000, None),
        ("1.000", None, 1000),
        ("1,000,000", 1_000_000, None),
        ("1.000.000", None, 1_000_000),
        ("1 000", 1000, 1000),
        ("1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000", 1_000_000, 1_000_000),
        ("12\N{NARROW NO-BREAK SPACE}000", 12_000, 12_000),
        *((wrong, None, None) for wrong in ("1.0", "1.00", "1,0", "10.5", "10,5", "1.", ",5", "1000.0", "1.000.0")),
        *((wrong, None, None) for wrong in ("1.000,000", "1,000.000", "1 000.000", "1000.000", "0.100", "0,100")),
        *((wrong, None, None) for wrong in ("1..000", "1  000", "10 00", "-1", "+1", "1e3", "٣", "many", "9" * 5_000)),
    ],
)
def test_a_whole_number_is_read_in_its_reader_s_way(typed: str, english: int | None, spanish: int | None) -> None:
    for language, expected in (("en", english), ("es", spanish)):
        with override(language):
            if expected is not None:
                assert WholeNumber().clean(typed) == expected
                continue
            with pytest.raises(forms.ValidationError) as wrong:
                WholeNumber().clean(typed)
            assert ("10,000" if language == "en" else "10.000") in wrong.value.messages[0]


def test_nothing_typed_is_no_number() -> None:
    assert WholeNumber(required=False).clean("  ") is None
    assert WholeNumber.widget is forms.TextInput, "a number's own input would not take 1.000 as typed"


@pytest.mark.parametrize(
    ("typed", "english", "spanish"),
    [
        ("3", "3", "3"),
        ("3.50", "3.50", "3.50"),
        ("3,50", "3.50", "3.50"),
        ("0,125", "0,125", "0.125"),
        ("1,000", "1000", "1.000"),
        ("1.000", "1.000", "1000"),
        ("1,000.50", "1000.50", "1,000.50"),
        ("1.000,50", "1.000,50", "1000.50"),
        ("-5", "-5", "-5"),
        ("x", "x", "x"),
    ],
)
def test_a_price_gets_its_point(typed: str, english: str, spanish: str) -> None:
    with override("en"):
        assert with_point(typed) == english
    with override("es"):
        assert with_point(typed) == spanish


@pytest.mark.parametrize(
    ("language", "kind", "typed", "kept"),
    [
        ("en", "amount", "250.50", 25_050),
        ("en", "amount", "1,000", 100_000),
        ("es", "amount", "250,50", 25_050),
        ("es", "amount", "250.50", 25_050),
        ("es", "amount", "1.000", 100_000),
        ("es", "amount", "250,505", None),
        ("es", "amount", "20%", None),
        ("es", "seats", "1.000", 1000),
        ("en", "seats", "1.000", None),
        ("en", "seats", "20%", None),
        ("en", "growth", "20", 20),
        ("en", "growth", "20%", 20),
        ("es", "growth", "20 %", 20),
        ("es", "growth", "20\N{NO-BREAK SPACE}%", 20),
        ("es", "growth", "20%%", None),
        ("es", "growth", "%", None),
    ],
)
def test_a_threshold_is_read_by_its_kind(language: str, kind: str, typed: str, kept: int | None) -> None:
    with override(language):
        form = AlertForm({"kind": kind, "threshold": typed}, currency="USD")
        if kept is None:
            assert list(form.errors) == ["threshold"]
        else:
            assert form.is_valid(), form.errors
            assert form.cleaned_data["threshold"] == kept


@pytest.mark.parametrize(
    ("language", "currency", "example"),
    [("en", "USD", "250.50"), ("es", "EUR", "250,50"), ("es", "JPY", "25050"), ("es", "KWD", "25,050")],
)
def test_the_hint_s_amount_can_be_typed(language: str, currency: str, example: str) -> None:
    with override(language):
        assert example in AlertForm(currency=currency).fields["threshold"].help_text
        form = AlertForm({"kind": "amount", "threshold": example}, currency=currency)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["threshold"] == 25_050
