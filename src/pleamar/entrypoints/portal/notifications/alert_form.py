"""An alert on a partner's use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.rules.money import typed
from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal

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
        help_text=gettext_lazy("A number of users, an amount before tax such as 250.50, or a percentage."),
        max_length=_DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._currency = currency

    def clean(self) -> dict[str, Any]:
        """`threshold` becomes a whole number: users, minor units, or percent."""
        told = super().clean() or {}
        text = told.get("threshold", "").strip()
        if not text or "kind" not in told:
            return told
        if told["kind"] == "amount":
            try:
                told["threshold"] = typed(text, self._currency).minor
            except Refused as refused:
                self.add_error("threshold", refusal(refused))
        elif text.isascii() and text.isdigit():
            told["threshold"] = int(text)
        else:
            self.add_error("threshold", gettext_lazy("Enter a whole number, without points or commas."))
        return told
