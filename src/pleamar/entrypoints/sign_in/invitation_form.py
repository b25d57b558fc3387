"""What somebody says who accepts an invitation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

_LONGEST_NAME = 100
_LONGEST_PASSWORD = 256


class InvitationForm(forms.Form):
    """Their name, and the password with which they will sign in."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=_LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=gettext_lazy("At least 8 characters; a few words that only you put together."),
        max_length=_LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
