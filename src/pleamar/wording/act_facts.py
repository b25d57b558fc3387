"""What the facts of an act about alerts, payments and quotes say, and why the calendar did something."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money
from pleamar.wording.money import count, money, percent

_NAMED: Final = 3
_OVERDUE: Final = gettext_lazy("a payment is overdue")
_SETTLED: Final = gettext_lazy("nothing is overdue any more")
_TOO_LONG: Final = gettext_lazy("a payment is overdue for as long as is allowed")
# The reasons that `write_standings` writes.
_REASONS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "its payment is overdue": _OVERDUE,
        "its payment is overdue for as long as the policy allows": _TOO_LONG,
        "nothing of it is overdue any more": _SETTLED,
        "it is not overdue for as long any more": gettext_lazy("it is not overdue for as long any more"),
    }
)
_UNDECIDED: Final = "its payment is overdue, or is not any more"


def billing_told(act: str, facts: Mapping[str, Any], *, sees_prices: bool) -> str:
    """The threshold of an alert, the amount and invoices of a charge, the customer of a quote; empty for other acts.

    Amounts are told only with `sees_prices`.
    """
    if act in {"set alert", "remove alert"}:
        return _threshold(facts, sees_prices=sees_prices)
    if act in {"collect charge", "give up charge"}:
        amount = _amount(facts.get("amount"), facts.get("currency")) if sees_prices else ""
        return " · ".join(filter(None, [amount, _invoices(str(facts.get("invoices") or ""))]))
    if act == "ask for quote":
        members = facts.get("members")
        users = users_told(members) if isinstance(members, int) else ""
        return " · ".join(filter(None, [str(facts.get("customer") or ""), users]))
    return ""


def reason_told(reason: str, facts: Mapping[str, Any]) -> str:
    """Why it was done: in its actor's own words, or in the reader's language where a program wrote it."""
    if reason == _UNDECIDED:
        return str(_OVERDUE if facts.get("overdue_since") else _SETTLED)
    return str(_REASONS.get(reason, reason))


def users_told(number: int) -> str:
    """`280 users`."""
    return ngettext("%(users)s user", "%(users)s users", number) % {"users": count(number, _language())}


def _threshold(facts: Mapping[str, Any], *, sees_prices: bool) -> str:
    kind, threshold = facts.get("kind"), facts.get("threshold")
    if not isinstance(threshold, int):
        return ""
    if kind == "amount":
        return _amount(threshold, facts.get("currency")) if sees_prices else ""
    if kind == "growth":
        return f"+{percent(Decimal(threshold), _language())}"
    return users_told(threshold)


def _amount(minor: object, currency: object) -> str:
    if isinstance(minor, int) and isinstance(currency, str) and currency in DECIMALS:
        return money(Money(minor, currency), _language())
    return ""


def _invoices(numbers: str) -> str:
    listed = numbers.split()
    names, more = ", ".join(listed[:_NAMED]), len(listed) - _NAMED
    if more <= 0:
        return names
    return gettext("%(names)s and %(more)s more") % {"names": names, "more": count(more, _language())}


def _language() -> str:
    return get_language() or "en"
