"""What a seat is, how a member is known, and whom a limit lets in (rules M2, M15, M21 and M26)."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.names import LONGEST_NAME, checked_name
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import ACCOUNT_STATES, AccountState, BillingModel, checked_email, fitting, is_billable

MODELS: tuple[BillingModel, ...] = ("monthly", "annual")
words = st.text(min_size=1, max_size=8)
addresses = st.builds("{}@{}".format, words, words)


@pytest.mark.parametrize(("model", "state", "internal"), list(product(MODELS, ACCOUNT_STATES, (False, True))))
def test_m02_m15_m26_only_a_live_monthly_account_of_a_customer_is_billed(
    model: BillingModel, state: AccountState, internal: bool
) -> None:
    expected = (model, state, internal) == ("monthly", "live", False)
    assert is_billable(model, state, internal=internal) is expected


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("ana@example.com", "ana@example.com"),
        ("  Ana@Example.COM\r\n", "ana@example.com"),
        ("\u00a0ana@example.com\u2003", "ana@example.com"),
        ("a@b", "a@b"),
        ("first.last+tag@sub.example.co.uk", "first.last+tag@sub.example.co.uk"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("Straße@example.com", "strasse@example.com"),
        ("İpek@example.com", "i\u0307pek@example.com"),
        ("IPEK@example.com", "ipek@example.com"),
        ("ΣΊΣΥΦΟΣ@example.com", "σίσυφοσ@example.com"),
        ("сергей@пример.рф", "сергей@пример.рф"),
        ("Ñandú@correo.es", "ñandú@correo.es"),
        ("a" * 248 + "@b.com", "a" * 248 + "@b.com"),
    ],
)
def test_an_address_is_known_trimmed_and_case_folded(text: str, email: str) -> None:
    assert checked_email(text) == email


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "ana", "ana@", "@example.com", "@", "ana@@example.com", "a@b@c", "ana lopez@example.com"),
        *("ana@exam\u00a0ple.com", "ana\t@example.com", "ana@example.com\nb@example.com", "ana\0@example.com"),
        *("a,b@example.com", "a;b@example.com", "Ana <ana@example.com>", "<ana@example.com>", "ana@example.com;"),
        *("\ufeffana@example.com", "ana\u200b@example.com", "ana\u202e@example.com", "\ud800@example.com"),
        "a" * 249 + "@b.com",
        "ß" * 200 + "@b.com",  # short enough as written, too long as kept
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="email_invalid"):
        checked_email(text)


@settings(deadline=None)
@given(addresses)
def test_an_address_that_is_kept_is_kept_as_it_is(text: str) -> None:
    try:
        email = checked_email(text)
    except Refused:
        return
    assert checked_email(email) == email == email.strip() == email.casefold()
    assert not any(character.isspace() or unicodedata.category(character).startswith("C") for character in email)


@settings(deadline=None, max_examples=30)
@given(st.emails())
def test_an_address_is_the_same_person_however_it_is_written(text: str) -> None:
    assert checked_email(text.upper()) == checked_email(f" {text.lower()}\n") == checked_email(text)


def test_every_single_character_folds_once_and_for_all() -> None:
    folded = [chr(number).casefold() for number in range(0x110000)]
    assert [text for text in folded if text.casefold() != text] == []


def let_in_one_by_one(additions: list[str], active: int, limit: int | None) -> tuple[list[str], list[str]]:
    """Everybody knocks in e-mail order, and whoever finds room goes in."""
    inside: list[str] = []
    outside: list[str] = []
    for email in sorted(additions):
        if limit is None or active + len(inside) < limit:
            inside.append(email)
        else:
            outside.append(email)
    return inside, outside


@settings(deadline=None)
@given(st.sets(st.text("abc@.", min_size=1, max_size=4)), st.integers(0, 20), st.none() | st.integers(0, 20))
def test_m21_a_limit_lets_in_who_fits_in_email_order(additions: set[str], active: int, limit: int | None) -> None:
    found = fitting(additions, active_after_removals=active, limit=limit)
    assert found == let_in_one_by_one(list(additions), active, limit)


@pytest.mark.parametrize(
    ("active", "limit", "fit"),
    [(0, None, 3), (0, 3, 3), (0, 2, 2), (2, 3, 1), (3, 3, 0), (9, 3, 0), (0, 0, 0)],
)
def test_m21_an_account_above_its_limit_takes_nobody_and_loses_nobody(active: int, limit: int | None, fit: int) -> None:
    people = ["c@x.com", "a@x.com", "b@x.com"]
    inside, outside = fitting(people, active_after_removals=active, limit=limit)
    assert (inside, outside) == (sorted(people)[:fit], sorted(people)[fit:])


@pytest.mark.parametrize("name", ["Contoso", "Ñandú & Söhne, S.L.", "a", "株式会社", "x" * LONGEST_NAME])
def test_a_name_is_kept_exactly(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", " ", " Contoso", "Contoso ", "Con\ntoso", "Con\0toso", "\ud800", "x" * 201])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="name_invalid"):
        checked_name(name)
