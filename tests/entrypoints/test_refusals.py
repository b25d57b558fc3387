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
from tests.entrypoints.refusals_tried import BAD_ROWS, REFUSALS

Subject = TypeVar("Subject")


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
