"""How an invoice stands, from what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from pleamar.rules.invoice_standing import invoice_standing

OPEN: dict[str, Any] = {
    "state": "open",
    "total": 100,
    "paid": 0,
    "held": False,
    "charge": "",
    "declined": False,
    "retried": False,
}


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, "open"),
        ({"charge": "planned"}, "charging"),
        ({"charge": "processing", "declined": True}, "charging"),
        ({"charge": "action_required"}, "confirm"),
        ({"declined": True, "retried": True}, "retried"),
        ({"declined": True}, "declined"),
        ({"held": True, "declined": True, "charge": "failed"}, "held"),
        ({"state": "paid", "paid": 40}, "paid"),
        ({"state": "paid"}, "credited"),
        ({"state": "paid", "total": 0}, "nothing_due"),
        ({"state": "void", "held": True}, "void"),
    ],
)
def test_m27_how_it_stands(changed: dict[str, Any], standing: str) -> None:
    told = {**OPEN, **changed}
    assert invoice_standing(told.pop("state"), **told) == standing
