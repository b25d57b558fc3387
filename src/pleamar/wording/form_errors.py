"""A refusal beside the field of a form that it is about."""

from __future__ import annotations

from collections.abc import Mapping

from django.forms import Form

from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal


def tell(form: Form, refused: Refused, fields: Mapping[str, str] | None = None) -> None:
    """Write the refusal into the form: beside the field that `fields` names for its code, else above them all.

    The form must have been checked (`is_valid`) before.
    """
    field = (fields or {}).get(refused.code)
    form.add_error(field if field in form.fields else None, refusal(refused))
