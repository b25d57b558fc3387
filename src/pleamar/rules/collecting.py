"""What is collected together: credit first, then charges within the provider's bounds (rules M11, M13, M16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The provider's smallest amounts, in minor units. Where it has one that is not here, it refuses and says so.
SMALLEST: Final[dict[str, int]] = {
    "AED": 200,
    "AUD": 50,
    "BGN": 100,
    "BRL": 50,
    "CAD": 50,
    "CHF": 50,
    "CZK": 1_500,
    "DKK": 250,
    "EUR": 50,
    "GBP": 40,
    "HKD": 400,
    "HUF": 17_500,
    "INR": 50,
    "JPY": 80,
    "MXN": 1_000,
    "MYR": 200,
    "NOK": 300,
    "NZD": 50,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "SGD": 50,
    "THB": 1_000,
    "USD": 50,
}
# Its largest: eight digits of minor units.
LARGEST: Final = 99_999_999


@dataclass(frozen=True, slots=True)
class Part:
    """`amount` of what the invoice `invoice` (its id) owes, in minor units."""

    invoice: int
    amount: int


def smallest(currency: str) -> int:
    """The least that can be charged, in minor units."""
    return SMALLEST.get(currency, 1)


def apply_credit(balance: int, owed: Sequence[Part]) -> list[Part]:
    """What of a partner's credit goes to which of its invoices, oldest first (rule M16).

    Raises ValueError for a negative balance.
    """
    if balance < 0:
        message = f"a credit of {balance}"
        raise ValueError(message)
    applied = []
    for part in owed:
        amount = min(balance, part.amount)
        if amount:
            applied.append(Part(part.invoice, amount))
            balance -= amount
    return applied


def charges(owed: Sequence[Part], currency: str, *, largest: int = LARGEST) -> list[list[Part]]:
    """The charges over all that is owed in a currency, oldest first: one, split only above the largest (rule M13).

    An invoice is in one charge at most; of one that is too large alone a part is charged, the rest when that is paid.
    What is below the provider's smallest amount is in none and waits for more.
    """
    drafts: list[list[Part]] = []
    room = 0
    for part in owed:
        if part.amount > room or not drafts:
            drafts.append([])
            room = largest
        taken = _chargeable(part.amount, currency, largest)
        drafts[-1].append(Part(part.invoice, taken))
        room = room - taken if taken == part.amount else 0
    return [draft for draft in drafts if total(draft) >= smallest(currency)]


def _chargeable(amount: int, currency: str, largest: int) -> int:
    """All of it, or the most that leaves a rest which can be charged too."""
    if amount <= largest:
        return amount
    return largest if amount - largest >= smallest(currency) else largest - smallest(currency)


def take_back(applied: Sequence[Part], lost: int) -> tuple[list[Part], int]:
    """Which invoices owe again when `lost` of a charge is taken back, oldest first; and what of it none of them had."""
    reopened = apply_credit(lost, applied)
    return reopened, lost - total(reopened)


def total(parts: Sequence[Part]) -> int:
    """Their sum, in minor units."""
    return sum(part.amount for part in parts)
