"""An alert on a partner's use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import typed
from pleamar.rules.refusals import Refused
from pleamar.wording.locales import full_locale
from pleamar.wording.typed_numbers import not_whole, whole_number, with_point

_DIGITS = 20


class AlertForm(forms.Form):
    """What is watched and from where on it speaks. Amounts are in `currency`; who sees no prices sets none."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Tell us when"),
        choices=[
            ("seats", gettext_lazy("the peak of billed users reaches")),
            ("amount", gettext_lazy("the amount of the cycle reaches")),
            ("growth", gettext_lazy("the peak grows over the last cycle's by, in percent")),
        ],
    )
    threshold = forms.CharField(
        label=gettext_lazy("Threshold"),
        max_length=_DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._currency = currency
        hint = gettext("A number of users, an amount before tax such as %(example)s, or a percentage.")
        self.fields["threshold"].help_text = hint % {"example": _example(currency)}

    def clean(self) -> dict[str, Any]:
        """`threshold` becomes a whole number: users, minor units, or percent."""
        told = super().clean() or {}
        text = told.get("threshold", "").strip()
        if not text or "kind" not in told:
            return told
        if told["kind"] == "amount":
            try:
                told["threshold"] = typed(with_point(text), self._currency).minor
            except Refused:
                words = gettext("Write an amount in %(currency)s, such as %(example)s.")
                facts = {"currency": self._currency, "example": _example(self._currency)}
                self.add_error("threshold", words % facts)
            return told
        number = whole_number(text.removesuffix("%") if told["kind"] == "growth" else text)
        if number is None:
            self.add_error("threshold", not_whole())
        else:
            told["threshold"] = number
        return told


def _example(currency: str) -> str:
    """An amount with all the decimals of the currency, as its reader would type it."""
    decimals = DECIMALS[currency]
    amount, pattern = Decimal(25_050).scaleb(-decimals), f"0.{'0' * decimals}" if decimals else "0"
    written: str = format_decimal(amount, format=pattern, locale=full_locale(get_language() or "en"))
    return written
