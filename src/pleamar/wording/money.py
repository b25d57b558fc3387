"""How money, prices, rates and counts are written. Nothing here rounds: every digit that is there is shown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money
from pleamar.wording.locales import full_locale


def money(amount: Money, language: str) -> str:
    """`money(Money(1234560, "USD"), "es") == "12.345,60 US$"` (with a no-break space)."""
    return unit_price(amount.decimal, amount.currency, language)


def amounts(several: Iterable[Money], language: str) -> str:
    """One amount a currency: `$123.00 and €45.00`."""
    told: str = format_list([money(one, language) for one in several], locale=full_locale(language))
    return told


def unit_price(price: Decimal, currency: str, language: str) -> str:
    """A price with at least the currency's decimals and all of its own: `$1.60`, `$1.234567`."""
    locale = full_locale(language)
    # Babel's own idea of a currency's decimals is not ISO's everywhere (IQD), and invoices follow ISO's.
    zeros = DECIMALS[currency]
    pattern: str = locale.currency_formats["standard"].pattern.replace("0.00", f"0.{'0' * zeros}" if zeros else "0")
    written: str = format_currency(
        price, currency, format=pattern, locale=locale, currency_digits=False, decimal_quantization=False
    )
    return written


def percent(rate: Decimal, language: str) -> str:
    """A rate given in percent: `percent(Decimal("5.50"), "en") == "5.5%"`."""
    return format_percent(rate.scaleb(-2), locale=full_locale(language), decimal_quantization=False)


def count(number: int, language: str) -> str:
    """A whole number with its thousands marked."""
    written: str = format_decimal(number, locale=full_locale(language))
    return written
