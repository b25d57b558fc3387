"""What somebody says to an act on users."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from pleamar.entrypoints.portal.users.typed_number import TypedNumber
from pleamar.wording.money import count

_LONGEST_REASON = 500


class ChangeForm(forms.Form):
    """Why; and, where all that a filter means are meant, how many, typed by hand."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        help_text=gettext_lazy("It is kept with the change, and shown in each user's history."),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, number: int | None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if number is not None:
            hint = ngettext(
                "The list as it was filtered means %(count)s user.",
                "The list as it was filtered means %(count)s users.",
                number,
            )
            told = hint % {"count": count(number, get_language() or "en")}
            self.fields["number"] = TypedNumber(expected=number, label=gettext("Type their number"), hint=told)
