"""A number that somebody types again, so that they have read it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

_LONGEST: Final = 20
_BETWEEN_DIGITS: Final = ".,' \N{NO-BREAK SPACE}"


class TypedNumber(forms.CharField):
    """It must be `expected`, as it is shown: with or without what divides its thousands."""

    def __init__(self, *, expected: int, label: str, hint: str = "") -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label=label, help_text=hint, max_length=_LONGEST, widget=widget)
        self._expected = expected

    def clean(self, value: Any) -> str:
        """The number, or what is wrong with it."""
        text: str = super().clean(value)
        digits = "".join(character for character in text if character not in _BETWEEN_DIGITS)
        if digits != str(self._expected):
            raise forms.ValidationError(gettext_lazy("This is not that number. Look at it again, and type it."))
        return digits
