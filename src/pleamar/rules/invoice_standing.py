"""How an invoice stands, as somebody asks who has to pay it (rules M7, M13, M16, M27)."""

from __future__ import annotations

from typing import Literal, TypeAlias

InvoiceStanding: TypeAlias = Literal[
    "nothing_due",  # its total is zero
    "paid",
    "credited",  # settled without any money
    "void",
    "held",
    "charging",
    "confirm",  # the bank waits for the cardholder
    "retried",  # declined, and tried again on a day
    "declined",  # and not tried again with this card
    "open",
]


def invoice_standing(
    state: str, *, total: int, paid: int, held: bool, charge: str, declined: bool, retried: bool
) -> InvoiceStanding:
    """From what is kept of it: `charge` is the state of its charge under way, or empty; amounts are minor units.

    A hold is told before anything else of an open invoice, for it keeps everything else from happening.
    """
    if state == "void":
        return "void"
    if state == "paid":
        if not total:
            return "nothing_due"
        return "paid" if paid else "credited"
    if held:
        return "held"
    if charge:
        return "confirm" if charge == "action_required" else "charging"
    if declined:
        return "retried" if retried else "declined"
    return "open"
