"""The page that says how billing works here (rule M23)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pleamar.actions.change_setting import change_setting
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER


def _said(portal: Portal, role: Any = "owner") -> str:
    answer = portal.browser(role).get("/help")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_m23_m02_it_tells_the_example_of_the_peak(portal: Portal) -> None:
    said = _said(portal)
    assert "There were never more than 20 at one moment" in said
    assert "<strong>30 are billed</strong>" in said


def test_m23_m04_dates_are_the_partners_own(portal: Portal) -> None:
    said = _said(portal)
    assert "day 5 of the month" in said
    assert "began on 5 Jan 2026 and ends on 4 Feb 2026" in said
    assert "20 would be billed on 5 February" in said
    assert "nobody would be billed on 5 March" in said


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("trial_days", 30, "A trial is free for 30 days"),
        ("trial_member_limit", 1200, "and 1,200 users"),
        ("suspension_days", 45, "After 45 days we may block"),
        ("suspension", "automatic", "After 30 days sign-in is blocked"),
        ("warning_days", [1, 9], "we write to you, 1 and 9 days"),
        ("features", ["Lessons", "Drills <new>"], "Lessons and Drills &lt;new&gt;"),
        ("brand_name", "Harbour Ltd", "How Harbour Ltd bills you"),
    ],
)
def test_m23_facts_change_with_the_settings(portal: Portal, name: str, value: object, told: str) -> None:
    assert told not in _said(portal)
    change_setting(name, value, cause=TESTER, now=NOW)
    assert told in _said(portal)


def test_m23_prices_are_those_in_force(portal: Portal) -> None:
    said = _said(portal)
    assert "1,000–2,499" in said
    assert "99 cost $237.60, 100 cost $210.00" in said


@pytest.mark.parametrize("role", ["technician", "viewer"])
def test_m23_who_sees_no_prices_sees_none_here(portal: Portal, role: str) -> None:
    said = _said(portal, role)
    shown = re.sub(r"<svg.*?</svg>", "", said)
    assert not re.search(r"[$€£]|\d\.\d\d\b|/calculator|/annual-quote", shown)
    assert "The owner of your team decides who sees prices." in said


def test_m23_it_is_there_in_spanish(portal: Portal) -> None:
    said = portal.browser().get("/help", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="es">' in said
    assert "Cómo se factura" in said


def test_the_words_of_the_portal_are_explained(portal: Portal) -> None:
    said = _said(portal)
    assert 'href="#words"' in said
    assert "<dt>Own peak</dt>" in said
