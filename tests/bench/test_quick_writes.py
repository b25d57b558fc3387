"""What the quick ways into PostgreSQL must not change: the values themselves, and what Django says of a refusal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from pleamar.models import SandboxCard
from pleamar.models.bulk import array, quick_cursor, text_array

ODD = ["", "null", "NULL", "a b", 'say "hi"', "back\\slash", "{brace}", "comma,", "tab\t", "line\nline", "ñ€😀", "'"]


@pytest.mark.django_db
@pytest.mark.parametrize("texts", [[], ODD])
def test_texts_arrive_as_they_are(texts: list[str]) -> None:
    with quick_cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [text_array(texts)])
        assert cursor.fetchall() == [(texts,)]


@pytest.mark.django_db
def test_numbers_truth_values_and_moments_arrive_as_they_are() -> None:
    moments = [datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)]
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT %s::bigint[], %s::bool[], %s::timestamptz[]",
            [array([1, None, -(2**62)]), array([True, False]), array(moments)],
        )
        assert cursor.fetchall() == [([1, None, -(2**62)], [True, False], moments)]


@pytest.mark.django_db
def test_a_refusal_of_the_database_is_djangos_error() -> None:
    SandboxCard.objects.create(reference="one", customer="c", behaviour="pays")
    with pytest.raises(IntegrityError), transaction.atomic(), quick_cursor() as cursor:
        cursor.execute("INSERT INTO sandbox_card VALUES ('one', 'c', 'pays')")
