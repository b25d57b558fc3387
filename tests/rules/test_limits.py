"""Member limits (rule M21)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.limits import HIGHEST_LIMIT, checked_limit, leaving
from pleamar.rules.refusals import Refused


@pytest.mark.parametrize("limit", [0, 1, HIGHEST_LIMIT])
def test_m21_a_limit_is_a_number_of_members(limit: int) -> None:
    assert checked_limit(limit) == limit


@pytest.mark.parametrize(("limit", "least"), [(-1, 0), (HIGHEST_LIMIT + 1, 0), (0, 1)])
def test_m21_what_is_no_number_of_members_is_refused(limit: int, least: int) -> None:
    with pytest.raises(Refused, match="limit_out_of_range") as caught:
        checked_limit(limit, least=least)
    assert caught.value.facts == {"limit": limit, "least": least, "most": HIGHEST_LIMIT}


@given(st.sets(st.text("abc@.", min_size=1, max_size=4)), st.none() | st.integers(0, 12))
def test_m21_the_last_in_email_order_go_until_the_rest_fits(active: set[str], limit: int | None) -> None:
    gone = leaving(active, limit)
    staying = active - set(gone)
    assert len(gone) + len(staying) == len(active)
    assert limit is None or len(staying) == min(limit, len(active))
    assert limit is not None or not gone
    assert all(stays < goes for stays in staying for goes in gone)
    assert list(gone) == sorted(gone)
