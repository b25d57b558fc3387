"""Deny patterns: which there are, and which addresses they name (rule M19)."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pleamar.rules.deny_list import as_like, checked_pattern, like_text, matches
from pleamar.rules.refusals import Refused

# Few letters, so that patterns often match; and every character that a pattern language gives a meaning.
sides = st.text("ab*%_\\.?[", min_size=1, max_size=6)
patterns = st.builds("{}@{}".format, sides, sides)
addresses = st.builds("{}@{}".format, *[st.text("ab%_\\.?[", min_size=1, max_size=8)] * 2)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("ana@example.com", "ana@example.com"),
        ("  ANA@Example.COM\n", "ana@example.com"),
        ("*@Contoso.example", "*@contoso.example"),
        ("ext-***@**.example", "ext-*@*.example"),
        ("STRAßE*@x.example", "strasse*@x.example"),
        ("Ñ@*", "ñ@*"),
        ("100%_\\@x", "100%_\\@x"),
        ("*@*.es", "*@*.es"),
        ("_@*", "_@*"),
        (".@.", ".@."),
    ],
)
def test_m19_a_pattern_is_known_by_one_spelling(text: str, pattern: str) -> None:
    assert checked_pattern(text) == pattern
    assert checked_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "*", "contoso.example", "*.example", "@contoso.example", "ana@", "@", "a@b@c", "*@*@x"),
        *("ana lopez@x.example", "a,b@x", "a;b@x", "<ana@x.example>", "ana@x\0", "*@x\u200b", "a" * 250 + "@x.es"),
    ],
)
def test_m19_what_no_address_can_look_like_is_no_pattern(text: str) -> None:
    with pytest.raises(Refused, match="deny_pattern_invalid"):
        checked_pattern(text)


@pytest.mark.parametrize("text", ["*@*", "**@***", "*@*.*", "*.*@*", "*@."])
def test_m19_a_pattern_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="deny_pattern_too_wide"):
        checked_pattern(text)


@pytest.mark.parametrize(
    ("pattern", "email", "expected"),
    [
        ("ana@x.example", "ana@x.example", True),
        ("ana@x.example", "anna@x.example", False),
        ("*@x.example", "ana@x.example", True),
        ("*@x.example", "ana@sub.x.example", False),
        ("*@*x.example", "ana@sub.x.example", True),
        ("*@x.example", "ana@yx.example", False),
        ("a*a@x", "a@x", False),
        ("a*a@x", "aa@x", True),
        ("a*b*c@x", "aXbXbXc@x", True),
        ("a*b*c@x", "aXcXb@x", False),
        ("*ab*ab*@x", "xabx@x", False),
        ("*ab*ab*@x", "abab@x", True),
        ("a_b@x", "a-b@x", False),
        ("50%*@x", "50 percent@x", False),
        ("50%*@x", "50%off@x", True),
        ("a.c@x", "abc@x", False),
        ("*\\@x", "a\\@x", True),
    ],
)
def test_m19_only_the_asterisk_means_more_than_itself(pattern: str, email: str, expected: bool) -> None:
    assert matches(pattern, email) is expected


@settings(deadline=None, max_examples=1000)
@given(patterns, addresses)
def test_m19_a_pattern_matches_as_the_regular_expression_of_its_meaning(text: str, email: str) -> None:
    assume(set(text) - set("*@."))
    pattern = checked_pattern(text)
    meaning = "".join(".*" if character == "*" else re.escape(character) for character in text)
    assert matches(pattern, email) is bool(re.fullmatch(meaning, email))


def test_m19_a_pattern_made_to_be_slow_is_not() -> None:
    assert not matches("*a" * 120 + "b@x.example", "a" * 200 + "@x.example")


@pytest.mark.parametrize(
    ("pattern", "like"),
    [
        ("ana@x", None),
        ("a%_\\@x", None),
        ("*@x", "%@x"),
        ("a_*@x", "a\\_%@x"),
        ("*%@x", "%\\%@x"),
        ("\\*@x", "\\\\%@x"),
    ],
)
def test_m19_what_sql_gives_a_meaning_is_escaped(pattern: str, like: str | None) -> None:
    assert as_like(pattern) == like


def test_text_is_looked_for_as_it_is() -> None:
    assert like_text("100%_\\*") == "100\\%\\_\\\\*"
