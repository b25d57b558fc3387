"""A refusal beside the field of a form that it is about."""

from __future__ import annotations

from collections.abc import Mapping

from django.forms import Form

from pleamar.rules.refusals import Refused
from pleamar.wording.refused_rows import refused_rows


def tell(form: Form, refused: Refused, fields: Mapping[str, str] | None = None) -> None:
    """Write the refusal into the form: beside the field that `fields` names for its code, else above them all.

    Of a file whose rows are refused it tells the rows, too.
    The form must have been checked (`is_valid`) before.
    """
    field = (fields or {}).get(refused.code)
    place = field if field in form.fields else None
    for line in refused_rows(refused):
        form.add_error(place, line)
