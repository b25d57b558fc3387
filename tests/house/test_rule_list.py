"""The page that says which test proves which rule says so truly."""

from __future__ import annotations

import re

from tests.house.rule_list import PAGE, page, proofs


def test_the_page_lists_the_tests_that_there_are() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.house.rule_list"


def test_every_rule_that_is_proved_has_its_line() -> None:
    told = set(re.findall(r"^\| \[([A-Z]\d+)\]", PAGE.read_text(), re.MULTILINE))
    assert told == proofs().keys()
