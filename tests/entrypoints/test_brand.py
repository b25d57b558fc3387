"""The vendor's colour on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import pleamar
from pleamar.actions.change_setting import change_setting
from pleamar.entrypoints.sign_in.brand import DARK, LIGHT
from pleamar.models import Installation
from pleamar.rules.colours import contrast
from tests.entrypoints.portal.conftest import NOW
from tests.fakes.people import TESTER

_PAGES = Path(pleamar.__file__).parent / "static/pleamar/pages.css"


def test_it_is_made_for_the_grounds_that_the_pages_have() -> None:
    light, dark = (
        dict(re.findall(r"--(ground|paper|raised): (#\w+)", theme))
        for theme in _PAGES.read_text().split("@media (prefers-color-scheme: dark)", 1)
    )
    assert light == {"paper": "#fff", "ground": LIGHT[1], "raised": "#fff"}
    assert dark == {"paper": DARK[0], "ground": DARK[1], "raised": DARK[2]}


@pytest.mark.parametrize("accent", ["#0b6b5d", "#ffee00", "#101010", "#7a86ff"])
def test_the_link_of_the_page_one_is_on_can_be_read_in_both_themes(installation: Installation, accent: str) -> None:
    change_setting("brand_accent", accent, cause=TESTER, now=NOW)
    said = Client().get("/brand.css").content.decode()
    found = re.findall(r"--accent:(#\w{6}).*?--accent-soft:(#\w{6})", said, re.DOTALL)
    assert len(found) == 2
    assert all(contrast(text, soft) >= 4.5 for text, soft in found)
