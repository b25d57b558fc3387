"""What is to stand on a deny list: patterns that are typed, or a file of them."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.rules.deny_list import Denied, checked_pattern
from pleamar.rules.refusals import Refused
from pleamar.wiring.brought_files import deny_list_in
from pleamar.wording.refusals import refusal
from pleamar.wording.refused_rows import ROWS_SHOWN, lines_told, refused_rows

MOST_BYTES: Final = 1_000_000
_LONGEST_REASON: Final = 500


class DenyForm(forms.Form):
    """Patterns or a file; with a file it can be said that it is the whole list."""

    patterns = forms.CharField(
        label=gettext_lazy("Addresses or patterns"),
        help_text=gettext_lazy(
            "One on each line. An asterisk stands for any characters: svc-*@contoso.com, *@old.contoso.com."
        ),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        help_text=gettext_lazy("Up to 1 MB, with a column email or pattern, and a column reason if you like."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("What it does"),
        choices=[
            ("add", gettext_lazy("adds to the list")),
            ("replace", gettext_lazy("replaces the whole list")),
        ],
        initial="add",
        widget=forms.RadioSelect,
    )

    def clean_patterns(self) -> list[Denied]:
        """The entries. Says which lines are none."""
        entries, wrong = [], []
        for number, line in enumerate(self.cleaned_data["patterns"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                entries.append(Denied(checked_pattern(line)))
            except Refused as refused:
                wrong.append((number, refusal(refused)))
        if wrong:
            raise forms.ValidationError(lines_told(wrong[:ROWS_SHOWN], len(wrong)))
        return entries

    def clean_file(self) -> list[Denied] | None:
        """The entries in the file, if there is one."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            told = Refused("file_too_large", name=file.name, most_mb=MOST_BYTES // 1_000_000)
            raise forms.ValidationError(refusal(told))
        try:
            return deny_list_in(file.read(), file.name)
        except Refused as refused:
            raise forms.ValidationError(refused_rows(refused)) from None

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        told = super().clean() or {}
        if self.errors:
            return told
        if told.get("file") is not None and told.get("patterns"):
            self.add_error("file", gettext_lazy("Choose a file or type patterns, not both."))
        elif told.get("file") is None and not told.get("patterns"):
            self.add_error("patterns", gettext_lazy("Type at least one address or pattern, or choose a file."))
        return told

    def entries(self) -> list[Denied]:
        """What was typed or brought; the reason goes to those without one."""
        told = self.cleaned_data
        return told["patterns"] or told["file"] or []
