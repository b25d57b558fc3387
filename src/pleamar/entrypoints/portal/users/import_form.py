"""A list of people to bring in: a file, or addresses that are typed."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext, gettext_lazy

from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email
from pleamar.wording.refusals import refusal
from pleamar.wording.refusals_files import bad_row
from pleamar.wording.refused_rows import ROWS_SHOWN, lines_told

MOST_BYTES: Final = 20_000_000
# The page shows at once what they would do, for which the partner's lock is held: at so many for some seconds.
MOST_ROWS: Final = 100_000
_LONGEST_TYPED: Final = 200_000


class ImportForm(forms.Form):
    """One of the two, and what becomes of whoever is not on the list."""

    file = forms.FileField(
        label=gettext_lazy("A CSV file"),
        help_text=gettext_lazy(
            "Up to 20 MB and 100,000 rows. The template below, or the list of users that Microsoft 365 or Google gives"
            " you."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    addresses = forms.CharField(
        label=gettext_lazy("Or e-mail addresses"),
        help_text=gettext_lazy("One on each line."),
        required=False,
        strip=False,
        max_length=_LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("Whoever is not on the list"),
        choices=[
            ("add", gettext_lazy("stays as they are: the list adds people")),
            ("full", gettext_lazy("becomes inactive: the list is everybody")),
        ],
        initial="add",
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> Any:
        """Within the limit, before it is read."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MOST_BYTES:
            told = Refused("file_too_large", name=file.name, most_mb=MOST_BYTES // 1_000_000)
            raise forms.ValidationError(refusal(told))
        return file

    def clean_addresses(self) -> str:
        """As a file: a header, and one address a line. Says which lines are none."""
        text: str = self.cleaned_data["addresses"].strip()
        emails, wrong = [], []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            try:
                emails.append(checked_email(line))
            except Refused:
                wrong.append((number, bad_row("email_invalid", line.strip())))
        if wrong:
            raise forms.ValidationError(lines_told(wrong[:ROWS_SHOWN], len(wrong)))
        return "\n".join(["email", *(f'"{email}"' for email in emails)]) if emails else ""

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        told = super().clean() or {}
        if not self.errors and bool(told.get("file")) == bool(told.get("addresses")):
            both = gettext_lazy("Choose a file or type addresses, not both.")
            neither = gettext_lazy("Choose a file, or type at least one address.")
            self.add_error("file", both if told.get("file") else neither)
        return told

    def brought(self) -> tuple[str, bytes]:
        """Its name and its content."""
        file = self.cleaned_data.get("file")
        if file:
            return file.name, file.read()
        return gettext("Typed addresses"), self.cleaned_data["addresses"].encode()
