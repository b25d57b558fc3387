"""Somebody who is to get the mails about billing."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy


class RecipientForm(forms.Form):
    """Their address; name and language need not be told."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=gettext_lazy("Name (optional)"), max_length=100, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"),
        choices=[("", gettext_lazy("As your company")), *settings.LANGUAGES],
        required=False,
    )
