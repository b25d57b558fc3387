"""What somebody would like to know the price of."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.rules.calculator import MOST_SEATS, typed_resale
from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal
from pleamar.wording.typed_numbers import WholeNumber, as_typed, with_point

_LONGEST: Final = 20


class CalculatorForm(forms.Form):
    """How many users, and what the partner asks for each of them; the page's address holds both."""

    users = WholeNumber(
        label=gettext_lazy("Users at the peak"),
        min_value=0,
        max_value=MOST_SEATS,
    )
    resale = forms.CharField(
        label=gettext_lazy("Your price a user (optional)"),
        help_text=gettext_lazy("What you ask your customers for each user and cycle, such as 3.50."),
        max_length=_LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def clean_resale(self) -> Decimal | None:
        """The price, exact; None: they gave none."""
        text = self.cleaned_data["resale"].strip()
        if not text:
            return None
        try:
            return typed_resale(with_point(text))
        except Refused as refused:
            theirs = {"price": text, "example": as_typed(str(refused.facts["example"]))}
            raise forms.ValidationError(refusal(Refused(refused.code, **{**refused.facts, **theirs}))) from refused
