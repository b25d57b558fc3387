"""Colours that can be read, whatever the vendor's is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.colours import accent_on, contrast

_LIGHT, _DARK = ("#ffffff", "#f4f6f5"), ("#151e1b", "#0e1513", "#1b2622")
_ENOUGH = Decimal("4.5")
_COLOURS = st.binary(min_size=3, max_size=3).map(lambda channels: f"#{channels.hex()}")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", "21.00"),
        ("#ffffff", "#000000", "21.00"),
        ("#777777", "#777777", "1.00"),
        ("#ffff00", "#000000", "19.56"),
        ("#767676", "#ffffff", "4.54"),
    ],
)
def test_contrast_is_as_the_guidelines_measure_it(one: str, other: str, expected: str) -> None:
    assert contrast(one, other).quantize(Decimal("0.01")) == Decimal(expected)


@settings(deadline=None)
@given(colour=_COLOURS)
def test_an_accent_can_be_read_wherever_it_stands(colour: str) -> None:
    for grounds, tint in ((_LIGHT, 12), (_DARK, 16)):
        accent = accent_on(colour, grounds, tint)
        assert min(contrast(accent.text, ground) for ground in (*grounds, accent.soft)) >= _ENOUGH


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    assert accent_on("#0b6b5d", _LIGHT, 12).text == "#0b6b5d"
    assert accent_on("#5fcbb6", _DARK, 16).text == "#5fcbb6"


def test_its_soft_ground_is_the_paper_with_a_tint_of_it() -> None:
    assert accent_on("#000000", _LIGHT, 12).soft == "#e0e0e0"
    assert accent_on("#ffffff", _DARK, 16).soft == "#3a423f"
