"""What is collected together: credit first, one charge a currency, within the provider's bounds (M11, M13, M16)."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.collecting import LARGEST, SMALLEST, Part, apply_credit, charges, smallest, take_back, total
from pleamar.rules.currencies import DECIMALS

SMALL, LARGE = 50, 400  # of USD here: large enough to be split in two chargeable parts, small enough to be split often
amounts = st.lists(st.integers(1, 1_000), max_size=7)


def owed(values: list[int]) -> list[Part]:
    return [Part(number, amount) for number, amount in enumerate(values, start=1)]


def test_m16_credit_goes_to_the_oldest_first() -> None:
    assert apply_credit(250, owed([100, 200, 300])) == [Part(1, 100), Part(2, 150)]
    assert apply_credit(0, owed([100])) == []
    assert apply_credit(100, []) == []
    assert apply_credit(1_000, owed([100, 200])) == [Part(1, 100), Part(2, 200)]


def test_m16_a_negative_credit_is_no_credit() -> None:
    with pytest.raises(ValueError, match="-1"):
        apply_credit(-1, owed([100]))


@given(st.integers(0, 3_000), amounts)
def test_m16_every_unit_of_credit_is_used_once_where_it_is_owed_longest(balance: int, values: list[int]) -> None:
    left = list(values)
    for _ in range(balance):  # unit by unit
        first = next((index for index, amount in enumerate(left) if amount), None)
        if first is None:
            break
        left[first] -= 1
    used = [Part(index + 1, before - after) for index, (before, after) in enumerate(zip(values, left, strict=True))]
    assert apply_credit(balance, owed(values)) == [part for part in used if part.amount]


@given(st.integers(0, 3_000), amounts)
def test_m16_what_is_taken_back_and_what_nobody_had_add_up(lost: int, values: list[int]) -> None:
    reopened, rest = take_back(owed(values), lost)
    assert reopened == apply_credit(lost, owed(values))
    assert total(reopened) + rest == lost
    assert rest == max(0, lost - sum(values))


def test_m13_all_that_is_owed_is_one_charge() -> None:
    assert charges(owed([2400, 2400, 2400]), "USD") == [owed([2400, 2400, 2400])]
    assert charges(owed([30, 30]), "USD") == [owed([30, 30])]
    assert charges([], "USD") == []


@pytest.mark.parametrize(("currency", "amount"), sorted(SMALLEST.items()))
def test_m11_below_the_smallest_amount_nothing_is_charged(currency: str, amount: int) -> None:
    assert currency in DECIMALS
    assert smallest(currency) == amount
    assert charges(owed([amount - 1]), currency) == []
    assert charges(owed([amount]), currency) == [owed([amount])]


def test_m11_of_other_currencies_the_provider_itself_says_what_is_too_small() -> None:
    assert "KWD" not in SMALLEST
    assert charges(owed([1]), "KWD") == [owed([1])]


def test_m13_a_charge_is_split_only_above_the_largest_amount() -> None:
    assert charges(owed([LARGEST - 50, 50]), "USD") == [owed([LARGEST - 50, 50])]
    assert charges(owed([LARGEST - 50, 51]), "USD") == [[Part(1, LARGEST - 50)], [Part(2, 51)]]
    assert charges(owed([200, 300, 100]), "USD", largest=LARGE) == [[Part(1, 200)], [Part(2, 300), Part(3, 100)]]


def test_m13_of_what_is_too_large_alone_a_part_is_charged_that_leaves_a_rest_to_charge() -> None:
    assert charges(owed([LARGEST + 50]), "USD") == [[Part(1, LARGEST)]]
    assert charges(owed([LARGEST + 49]), "USD") == [[Part(1, LARGEST - 50)]]
    assert charges(owed([100, 1_000, 100]), "USD", largest=LARGE) == [[Part(1, 100)], [Part(2, 400)], [Part(3, 100)]]


@given(amounts)
def test_m13_every_unit_is_in_one_charge_at_most_and_every_charge_is_within_bounds(values: list[int]) -> None:
    drafts = charges(owed(values), "USD", largest=LARGE)
    parts = [part for draft in drafts for part in draft]
    assert [part.invoice for part in parts] == sorted({part.invoice for part in parts}), "oldest first, each once"
    assert all(0 < part.amount <= values[part.invoice - 1] for part in parts)
    assert all(SMALL <= total(draft) <= LARGE for draft in drafts)


@given(amounts)
def test_m13_what_fits_into_one_charge_is_one(values: list[int]) -> None:
    drafts = charges(owed(values), "USD", largest=sum(values) + SMALL)
    assert drafts == ([owed(values)] if sum(values) >= SMALL else [])


@given(st.lists(st.integers(1, LARGE), min_size=1, max_size=7))
def test_m13_there_are_no_more_charges_than_must_be(values: list[int]) -> None:
    """Against every way of cutting the row of invoices; in a currency without a smallest amount."""
    drafts = charges(owed(values), "KWD", largest=LARGE)
    assert [part for draft in drafts for part in draft] == owed(values)
    assert len(drafts) == min(
        count
        for count in range(1, len(values) + 1)
        for cuts in combinations(range(1, len(values)), count - 1)
        if all(sum(values[start:end]) <= LARGE for start, end in zip((0, *cuts), (*cuts, len(values)), strict=True))
    )


@given(amounts)
def test_m13_charge_after_charge_all_is_collected_but_what_is_too_small(values: list[int]) -> None:
    left = dict(enumerate(values, start=1))
    while drafts := charges([Part(number, amount) for number, amount in left.items() if amount], "USD", largest=LARGE):
        for part in (part for draft in drafts for part in draft):
            left[part.invoice] -= part.amount
            assert left[part.invoice] >= 0
    assert sum(left.values()) < SMALL
