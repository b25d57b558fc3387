"""Every refusal, said in English and in Spanish."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.utils.translation import override

from pleamar.adapters.files.delimited import BadRow, BadRows
from pleamar.adapters.payments.sandbox import TEST_CARDS
from pleamar.rules.refusals import Fact, Refused
from pleamar.wording.refusals import SENTENCES, gateway_refusal, refusal
from pleamar.wording.refusals_billing import GATEWAY

Subject = TypeVar("Subject")

_START, _NEXT = "2026-02-27T00:00:00+00:00", "2026-03-27T00:00:00+00:00"
_ROWS_BAD: dict[str, Fact] = {"count": 2, "lines": "3, 8", "first": "email_invalid: jane@"}

# Each code with the facts that it is raised with; several times where they decide what is said.
REFUSALS: list[tuple[str, dict[str, Fact]]] = [
    ("account_closed", {"account": "Clínica Sol"}),
    ("account_exists", {"account": "Clínica Sol"}),
    ("account_not_closed", {"account": "Clínica Sol"}),
    ("account_unknown", {"account": "Clinica Sol"}),
    ("account_unknown", {"account": 17}),
    ("account_was_live", {"account": "Clínica Sol"}),
    ("address_taken", {"address": "127.0.0.1:8000", "why": "Address already in use"}),
    ("already_live", {"partner": "Northwind IT", "since": _START}),
    ("amount_invalid", {"amount": "1.234", "currency": "USD", "decimals": 2}),
    ("amount_not_payable", {}),
    ("amount_too_small", {}),
    ("amount_too_large", {}),
    ("argument_not_utf8", {"argument": "\udcff"}),
    ("card_missing", {}),
    ("card_page_needs_stripe", {}),
    ("public_address_missing", {}),
    ("card_needed", {}),
    ("card_number_unknown", {}),
    ("card_unknown", {}),
    ("charge_under_way", {"number": "INV-000042"}),
    ("charge_unknown", {"charge": "chg_1"}),
    ("charge_without_payment", {"charge": "chg_1"}),
    ("clock_is_real", {}),
    ("credit_exceeds_invoice", {"number": "INV-000042", "left": 1210, "currency": "USD"}),
    ("credit_exceeds_invoice", {"number": "INV-000042", "left": 0, "currency": "USD"}),
    ("credit_in_other_currency", {"number": "INV-000042", "currency": "EUR", "expected": "USD"}),
    ("credit_not_positive", {}),
    ("currency_needs_paid_invoices", {"partner": "Northwind IT"}),
    ("collection_paused", {"because": "asked"}),
    ("collection_paused", {"because": "copied"}),
    ("collection_paused", {"because": "moved"}),
    ("collection_paused", {"because": "an audit"}),
    ("concurrency_invalid", {"value": "many", "most": 64}),
    ("country_invalid", {"country": "Germany"}),
    ("currency_unknown", {"currency": "EURO"}),
    ("customer_unknown", {}),
    ("detail_invalid", {"longest": 1000}),
    ("owner_address_missing", {}),
    ("cycle_unknown", {"partner": "Northwind IT", "start": _START}),
    ("database_is_not_ours", {}),
    ("date_invalid", {"date": "27/1/2026"}),
    ("demo_interrupted", {"home": "/srv/pleamar"}),
    ("demo_needs_empty", {}),
    ("dispute_closed", {}),
    ("dispute_open", {}),
    ("dispute_unknown", {}),
    ("email_invalid", {"email": "jane@"}),
    ("email_invalid", {"email": ""}),
    ("event_unknown", {}),
    ("file_column_twice", {"column": "mail"}),
    ("file_empty", {"name": "people.csv"}),
    ("file_has_nul", {"line": 12345}),
    ("file_header_wrong", {"found": "name;phone", "expected": "email | User principal name"}),
    ("file_header_wrong", {"found": "name;phone", "expected": "at,account,member,change"}),
    ("file_is_directory", {"name": "people"}),
    ("file_line_too_long", {"line": 1, "most": 131072}),
    ("file_missing", {"name": "people.csv"}),
    ("file_not_regular", {"name": "stdin"}),
    ("file_not_utf8", {"line": 4}),
    ("file_not_writable", {"file": "/nowhere/invoice.pdf", "why": "No such file or directory"}),
    ("file_not_writable", {"file": "/nowhere/invoice.pdf", "why": ""}),
    ("file_quotes_wrong", {"line": 4}),
    ("file_rows_bad", _ROWS_BAD),
    ("file_rows_bad", {"count": 1, "lines": "3", "first": "columns_wrong: 3/4"}),
    ("file_too_large", {"name": "people.csv", "most_mb": 200}),
    ("file_unreadable", {"name": "people.csv", "why": "Permission denied"}),
    ("file_unreadable", {"name": "people.csv", "why": ""}),
    ("fingerprint_invalid", {"value": "mine"}),
    ("gateway_address_is_for_tests", {}),
    ("gateway_clock_is_real", {}),
    ("gateway_key_invalid", {}),
    ("gateway_key_is_live", {}),
    ("gateway_key_is_test", {}),
    ("gateway_key_missing", {}),
    ("history_differs", {"partner": "Northwind IT", "file": "history.csv"}),
    ("history_rows_bad", _ROWS_BAD),
    ("installation_mode_is_set", {"mode": "sandbox"}),
    ("installation_mode_is_set", {"mode": "live"}),
    ("intent_canceled", {}),
    ("intent_needs_no_action", {}),
    ("intent_not_succeeded", {}),
    ("intent_unknown", {}),
    ("internal_account_exists", {}),
    ("internal_account_needs_limit", {}),
    ("invoice_ambiguous", {"number": "INV-000042"}),
    ("invoice_not_open", {"number": "INV-000042", "state": "paid"}),
    ("invoice_not_open", {"number": "INV-000042", "state": "void"}),
    ("invoice_unknown", {"number": "INV-42"}),
    ("invoice_void", {"number": "INV-000042"}),
    ("leave_aside_alone", {}),
    ("lease_invalid", {"value": "ten", "most": 600}),
    ("member_unknown", {"email": "jane@example.com"}),
    ("name_invalid", {"name": " Northwind", "longest": 200}),
    ("name_invalid", {"name": " ", "longest": 200}),
    ("not_a_cycle_start", {"time": "2026-03-01T00:00:00+00:00", "before": _START, "after": _NEXT}),
    ("not_a_cycle_start", {"time": "2026-02-01T00:00:00+00:00", "before": _START, "after": _START}),
    ("not_installed", {}),
    ("not_migrated", {}),
    ("partner_closed", {}),
    ("partner_differs", {"partner": "Northwind IT", "what": "created", "has": _START, "says": _NEXT}),
    ("partner_differs", {"partner": "Northwind IT", "what": "currency", "has": "USD", "says": "EUR"}),
    ("partner_differs", {"partner": "Northwind IT", "what": "timezone", "has": "UTC", "says": "Europe/Madrid"}),
    ("partner_exists", {"partner": "Northwind IT"}),
    ("partner_has_changes", {"partner": "Northwind IT"}),
    ("partner_unknown", {"partner": "Northwind"}),
    ("price_book_missing", {"currency": "JPY"}),
    ("price_rows_bad", {"count": 2, "lines": "3, 8", "first": "unit_price: free"}),
    ("price_version_exists", {"currency": "USD", "date": "2026-02-01"}),
    ("reason_missing", {}),
    ("removals_suspicious", {"removals": 1200, "active": 1250}),
    ("sandbox_only", {}),
    ("seats_out_of_range", {"seats": -1, "most": 2_000_000_000}),
    ("setup_closed", {}),
    ("setup_unknown", {}),
    ("tax_rate_out_of_range", {"tax_rate": "121"}),
    ("tier_closed_at_last", {"row": 4, "last": 999}),
    ("tier_ends_early", {"row": 2, "first": 100, "last": 10}),
    ("tier_gap", {"row": 3, "first": 260, "expected": 250}),
    ("tier_open_before_last", {"row": 1, "first": 1, "next_first": 100}),
    ("tier_overlap", {"row": 3, "first": 240, "expected": 250}),
    ("tiers_missing", {}),
    ("tiers_not_from_one", {"row": 1, "first": 5}),
    ("time_in_future", {"time": _NEXT, "now": _START}),
    ("time_in_past", {"time": _START, "next": _NEXT}),
    ("time_invalid", {"time": "27/1/2026"}),
    ("time_too_late", {"time": "9999-12-31T23:59:59+00:00", "latest": "2200-01-01T00:00:00+00:00"}),
    ("time_too_early", {"time": "0202-01-27T00:00:00+00:00", "earliest": "1990-01-01T00:00:00+00:00"}),
    ("time_without_zone", {"time": "2026-01-27"}),
    ("timezone_unknown", {"timezone": "Mars/Base"}),
    ("unit_price_negative", {"row": 2, "unit_price": "-1.90"}),
    ("unit_price_not_finite", {"row": 2, "unit_price": "NaN"}),
    ("unit_price_too_fine", {"row": 2, "unit_price": "1.1234567"}),
    ("unit_price_too_large", {"row": 2, "unit_price": "1E+9"}),
    ("until_out_of_range", {"until": _NEXT, "created": _START}),
]

# Each reason for which a row of a file is bad, with what may have stood there.
BAD_ROWS: list[tuple[str, str]] = [
    ("account_invalid", "Clínica\tSol"),
    ("account_missing", ""),
    ("account_too_long", "x" * 300),
    ("at_after_until", "2036-01-27T09:30:00Z"),
    ("at_before_created", "2006-01-27T09:30:00Z"),
    ("at_invalid", "yesterday"),
    ("at_too_precise", "2026-01-27T09:30:00.1234567Z"),
    ("at_without_offset", "2026-01-27T09:30:00"),
    ("blocked_unknown", "perhaps"),
    ("change_not_for_member", "trial"),
    ("change_unknown", "gone"),
    ("columns", "1,99"),
    ("columns_wrong", "3/4"),
    ("email_invalid", "jane@"),
    ("email_missing", "Jane Doe"),
    ("external_id_invalid", "x" * 300),
    ("external_id_twice", "7f3c: 1"),
    ("name_invalid", "x" * 300),
    ("seats", "1.5"),
    ("unit_price", "2,40 €"),
]


def both(say: Callable[[Subject], str], subject: Subject) -> tuple[str, str]:
    """What is said, in English and in Spanish."""
    with override("en"):
        english = say(subject)
    with override("es"):
        return english, say(subject)


def assert_clear(line: str, code: str) -> None:
    """One line that ends, with every fact in its place and no words of a program."""
    assert line == line.strip()
    assert line.isprintable()
    assert line.endswith(".")
    assert line[0].isupper() or not line[0].isalpha()
    assert not re.search(r"%\(|\{|\}|…|%s|None|\+00:00", line)
    assert code not in line
    assert line.count("“") == line.count("”")
    assert line.count("«") == line.count("»")


@pytest.mark.parametrize(("code", "facts"), REFUSALS)
def test_a_refusal_is_said_in_both_languages(code: str, facts: dict[str, Fact]) -> None:
    english, spanish = both(refusal, Refused(code, **facts))
    assert_clear(english, code)
    assert_clear(spanish, code)
    assert english != spanish
    assert "“" not in spanish
    assert english.count(". ") >= 1, "it says what is wrong, and what to do"
    assert spanish.count(". ") >= 1


def test_every_refusal_is_tried() -> None:
    assert {code for code, _ in REFUSALS} == set(SENTENCES)


@pytest.mark.parametrize(("reason", "value"), BAD_ROWS)
def test_a_bad_row_is_explained(reason: str, value: str) -> None:
    bad = BadRows()
    bad.add(7, BadRow(reason, value))
    with pytest.raises(Refused) as caught:
        bad.refuse("file_rows_bad")
    english, spanish = both(refusal, caught.value)
    assert english.startswith("Nothing was imported, because of line 7 of the file: ")
    assert spanish.startswith("No se ha importado nada, por la línea 7 del archivo: ")
    for line in (english, spanish):
        assert_clear(line.replace("x…", "x"), f"{reason}:")
        assert value[:30].replace("\t", "\N{REPLACEMENT CHARACTER}") in line or reason in {
            "columns_wrong",
            "email_missing",
        }


def test_the_first_ten_bad_lines_are_told_and_that_there_are_more() -> None:
    bad = BadRows()
    for line in range(2, 1500):
        bad.add(line, BadRow("email_invalid", "jane@"))
    with pytest.raises(Refused) as caught:
        bad.refuse("file_rows_bad")
    english, spanish = both(refusal, caught.value)
    assert "because of 1,498 rows of the file (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …)." in english
    assert "The first: “jane@” is not an e-mail address." in english
    assert "La primera: «jane@» no es una dirección de correo." in spanish


def test_words_and_facts_as_the_reader_writes_them() -> None:
    english, spanish = both(refusal, Refused("timezone_unknown", timezone="Mars/Base"))
    assert english == "There is no time zone called “Mars/Base”. Use an IANA name such as Europe/Madrid."
    assert spanish == "No existe la zona horaria «Mars/Base». Use un nombre IANA como Europe/Madrid."
    english, spanish = both(refusal, Refused("removals_suspicious", removals=12000, active=12500))
    assert "12,000 of 12,500 active users" in english
    assert "12.000 de los 12.500 usuarios activos" in spanish
    english, spanish = both(refusal, Refused("file_not_utf8", line=12345))
    assert english.startswith("Line 12345 ")
    assert spanish.startswith("La línea 12345 ")


def test_text_from_outside_is_cut_and_cannot_break_the_line() -> None:
    lines = both(refusal, Refused("partner_unknown", partner="a\n%(b)s\u202e" + "x" * 5000))
    for line in lines:
        assert line.isprintable()
        assert len(line) < 260
        assert "a\N{REPLACEMENT CHARACTER}%(b)s" in line


def test_a_fact_that_is_missing_is_an_ellipsis() -> None:
    for code in SENTENCES:
        english, spanish = both(refusal, Refused(code))
        assert "%(" not in english + spanish
        assert english.endswith(".")


def test_an_unknown_code_is_named() -> None:
    refused = both(refusal, Refused("moon_is_full", phase=1))
    for english, spanish in (refused, both(gateway_refusal, "moon_is_full")):
        assert "moon_is_full" in english
        assert "moon_is_full" in spanish
        assert english != spanish


@pytest.mark.parametrize("code", GATEWAY)
def test_a_gateways_refusal_is_said_in_both_languages(code: str) -> None:
    english, spanish = both(gateway_refusal, code)
    assert_clear(english, code)
    assert_clear(spanish, code)
    assert english != spanish


def test_the_test_cards_are_named() -> None:
    lines = both(gateway_refusal, "card_number_unknown")
    for line in lines:
        assert set(re.findall(r"\d{16}", line)) < set(TEST_CARDS)
