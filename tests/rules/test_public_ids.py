"""Public ids: there and back, and nothing else is one."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pleamar.rules.public_ids import from_public, to_public

UIDS = [UUID(int=0), UUID(int=1), UUID(int=31), UUID(int=32), UUID(int=2**127), UUID(int=2**128 - 1)]


@given(st.uuids())
@example(UIDS[0])
@example(UIDS[-1])
def test_an_id_gives_back_its_number(uid: UUID) -> None:
    text = to_public("par", uid)
    assert re.fullmatch("par_[0-9a-hjkmnp-tv-z]{26}", text)
    assert from_public("par", text) == uid


@pytest.mark.parametrize(
    ("number", "tail"), [(0, "0" * 26), (31, "0" * 25 + "z"), (32, "0" * 24 + "10"), (2**128 - 1, "7" + "z" * 25)]
)
def test_the_number_is_in_crockford_s_base_32(number: int, tail: str) -> None:
    assert to_public("acc", UUID(int=number)) == f"acc_{tail}"


@given(st.uuids(), st.uuids())
def test_ids_sort_as_their_numbers_do(one: UUID, other: UUID) -> None:
    assert (to_public("par", one) < to_public("par", other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        *("", "par", "par_", "_" + "0" * 26, "acc_" + "0" * 26, "PAR_" + "0" * 26, "par-" + "0" * 26, "0" * 26),
        *("par_" + "0" * 25, "par_" + "0" * 27, "par_" + "0" * 25 + "i", "par_" + "0" * 25 + "U", "par__" + "0" * 25),
        *("par_" + "0" * 25 + "٣", "par_" + "0" * 25 + "\n", " par_" + "0" * 26, "par_" + "0" * 26 + "_"),
        "par_8" + "0" * 25,  # more than 128 bits
    ],
)
def test_another_text_is_none(text: str) -> None:
    assert from_public("par", text) is None


@given(st.text() | st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=26, max_size=26).map("par_{}".format))
def test_a_text_is_an_id_only_if_it_is_written_as_one(text: str) -> None:
    uid = from_public("par", text)
    assert uid is None or to_public("par", uid) == text
