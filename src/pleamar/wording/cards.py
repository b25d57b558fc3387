"""How a card is named."""

from __future__ import annotations

from typing import Final

_BRANDS: Final = {
    "amex": "American Express",
    "diners": "Diners Club",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def card_name(brand: str, last4: str) -> str:
    """`Visa ···· 4242`."""
    return f"{_BRANDS.get(brand, brand)} ···· {last4}"
