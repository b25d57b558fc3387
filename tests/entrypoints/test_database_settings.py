"""How Django is told of the database that an address names."""

from __future__ import annotations

import pytest

from pleamar.wiring.database import database_settings


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("postgresql://pleamar@db.example/billing", "5"),
        ("postgresql://pleamar@db.example/billing?connect_timeout=20", "20"),
        ("host=db.example dbname=billing connect_timeout=0", "0"),
    ],
)
def test_one_that_does_not_answer_is_waited_for_as_long_as_the_address_says_or_five_seconds(
    address: str, seconds: str
) -> None:
    told = database_settings(address)
    assert (told["HOST"], told["NAME"]) == ("db.example", "billing")
    assert told["OPTIONS"] == {"application_name": "pleamar", "connect_timeout": seconds}
