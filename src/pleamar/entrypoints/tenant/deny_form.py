"""Whom an account's administrator puts on its deny list."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext, gettext_lazy

from pleamar.rules.deny_list import Denied, checked_pattern
from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal

_LONGEST = 50_000
_LONGEST_REASON = 500


class DenyForm(forms.Form):
    """Addresses or patterns, one a line, and why."""

    patterns = forms.CharField(
        label=gettext_lazy("Addresses or patterns"),
        help_text=gettext_lazy(
            "One on each line. An asterisk stands for any characters: svc-*@contoso.com, *@old.contoso.com."
        ),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    reason = forms.CharField(label=gettext_lazy("Reason (optional)"), required=False, max_length=_LONGEST_REASON)

    def clean_patterns(self) -> list[Denied]:
        """The entries. Says which line is none."""
        entries = []
        for number, line in enumerate(self.cleaned_data["patterns"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                entries.append(Denied(checked_pattern(line)))
            except Refused as refused:
                words = gettext("Line %(line)s: %(problem)s")
                raise forms.ValidationError(words % {"line": number, "problem": refusal(refused)}) from None
        return entries
