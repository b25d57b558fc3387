"""How Django is told of the database that an address names."""

from __future__ import annotations

from typing import Final

import pytest

from pleamar.wiring.database import database_settings

PATIENCE: Final = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://pleamar@db.example/billing", {}),
        ("postgresql://pleamar@db.example/billing?connect_timeout=20", {"connect_timeout": "20"}),
        (
            "host=db.example dbname=billing connect_timeout=0 tcp_user_timeout=0",
            {"connect_timeout": "0", "tcp_user_timeout": "0"},
        ),
    ],
)
def test_one_that_does_not_answer_is_waited_for_as_long_as_the_address_says_or_a_few_seconds(
    address: str, said: dict[str, str]
) -> None:
    told = database_settings(address)
    assert (told["HOST"], told["NAME"]) == ("db.example", "billing")
    assert told["OPTIONS"] == {**PATIENCE, "application_name": "pleamar", **said}
