"""How many users of a customer may be active."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.rules.limits import HIGHEST_LIMIT
from pleamar.wording.typed_numbers import WholeNumber


class LimitForm(forms.Form):
    """The limit, none for none. With `deactivate`, whoever was `shown` before becomes inactive for it."""

    limit = WholeNumber(
        label=gettext_lazy("Most active users"),
        help_text=gettext_lazy("Empty: no limit of your own."),
        required=False,
        min_value=0,
        max_value=HIGHEST_LIMIT,
    )
    deactivate = forms.BooleanField(required=False)
    shown = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
