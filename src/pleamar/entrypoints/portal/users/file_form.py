"""The yes to a file of users."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from pleamar.entrypoints.portal.users.typed_number import TypedNumber


class FileForm(forms.Form):
    """Where it takes away so many that nobody may have meant it (`removals`), their number is typed by hand."""

    def __init__(self, *arguments: Any, removals: int | None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if removals is not None:
            label = gettext("Type how many become inactive")
            self.fields["number"] = TypedNumber(expected=removals, label=label)
