"""A customer that is to be opened."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.rules.limits import HIGHEST_LIMIT
from pleamar.rules.names import LONGEST_NAME
from pleamar.wording.typed_numbers import WholeNumber

_LONGEST_LIST = 20_000


class OpenForm(forms.Form):
    """Its name, limit and deny list; for who may let customers go live, also whether it begins with a trial."""

    name = forms.CharField(
        label=gettext_lazy("Customer's name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    begins = forms.ChoiceField(
        label=gettext_lazy("It begins"),
        choices=[
            ("trial", gettext_lazy("with a free trial")),
            ("live", gettext_lazy("live: its users are billed from the moment they are active")),
        ],
        widget=forms.RadioSelect,
        initial="trial",
    )
    typed = forms.CharField(
        label=gettext_lazy("To open it live, type its name again"),
        help_text=gettext_lazy("Not needed for a trial."),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    limit = WholeNumber(
        label=gettext_lazy("Most active users (optional)"),
        help_text=gettext_lazy("However they come in, no more than these become active. Empty: no limit of your own."),
        required=False,
        min_value=0,
        max_value=HIGHEST_LIMIT,
    )
    denied = forms.CharField(
        label=gettext_lazy("Deny list (optional)"),
        help_text=gettext_lazy(
            "Addresses that must never be active, such as scanner@example.com or room-*@example.com."
        ),
        required=False,
        max_length=_LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *arguments: Any, may_open_live: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not may_open_live:
            del self.fields["begins"], self.fields["typed"]

    def clean_denied(self) -> tuple[str, ...]:
        """The patterns, however they are parted."""
        return tuple(pattern for pattern in re.split(r"[\s,;]+", self.cleaned_data["denied"]) if pattern)

    def clean(self) -> dict[str, Any]:
        """Live is asked for by its name, as an activation is."""
        told = super().clean() or {}
        if told.get("begins") == "live" and "name" in told and told.get("typed") != told["name"]:
            words = gettext_lazy("Type the name once more, exactly as above, or begin with a trial.")
            self.add_error("typed", words)
        return told
