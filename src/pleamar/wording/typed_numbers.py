"""Numbers as somebody typed them, in the way in which their own language writes them, and never guessed at.

`1,000` is a thousand to an English reader and one to a Spanish one. What is not written in the reader's own way is
refused where it could mean both.
"""

from __future__ import annotations

import re
from typing import Any, Final

from babel.numbers import get_decimal_symbol, get_group_symbol
from django import forms
from django.utils.translation import get_language, gettext

from pleamar.wording.locales import full_locale
from pleamar.wording.money import count

_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_LONGEST: Final = 30
# A comma before one or two digits can only mean decimals, in every language.
_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}")


def whole_number(text: str) -> int | None:
    """`1000`, or `1 000`, or `1,000` in English and `1.000` in Spanish; None for everything else."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if re.fullmatch(_groups(), text):
        text = re.sub(r"[^0-9]", "", text)
    return int(text) if re.fullmatch(r"[0-9]+", text) else None


def with_point(text: str) -> str:
    """The same number without groups and with a point before its decimals; what is no such number as it is.

    `1,000.50` in English and `1.000,50` in Spanish are `1000.50`.
    """
    text, mark = text.strip(), get_decimal_symbol(_locale())
    parts = re.fullmatch(rf"(?P<whole>{_groups()}|[0-9]+)(?:{re.escape(mark)}(?P<decimals>[0-9]+))?", text)
    if parts is None:
        return text.replace(",", ".") if _COMMA.fullmatch(text) else text
    digits = re.sub(r"[^0-9]", "", parts["whole"])
    return f"{digits}.{parts['decimals']}" if parts["decimals"] else digits


def is_grouped(text: str) -> bool:
    """Whether it has marks between its thousands; of a price a user, which is small, nobody can tell what they are."""
    mark = re.escape(get_decimal_symbol(_locale()))
    return re.fullmatch(rf"{_groups()}(?:{mark}[0-9]+)?", text.strip()) is not None


def as_typed(plain: str) -> str:
    """A number with a point before its decimals as its reader would type it: `2.40` is `2,40` in Spanish."""
    return plain.replace(".", get_decimal_symbol(_locale()))


def not_whole() -> str:
    """What is said of a number that is not whole, or is not written in the reader's way."""
    return gettext("Write a whole number, such as 20 or %(example)s.") % {"example": count(10_000, _language())}


class WholeNumber(forms.IntegerField):
    """A field for one. Django's own drops `.000` from `1.000`, and takes a thousand for one."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        """The number; None: nothing was typed."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        number = whole_number(text)
        if number is None:
            raise forms.ValidationError(not_whole(), code="invalid")
        return number

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The keys for digits, on a telephone."""
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off"}


def _language() -> str:
    return get_language() or "en"


def _locale() -> Any:
    return full_locale(_language())


def _groups() -> str:
    """The pattern of a number in groups of three, with the same mark between all of them."""
    marks = [re.escape(mark) for mark in (get_group_symbol(_locale()), *_SPACES)]
    return "(?:" + "|".join(rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+" for mark in marks) + ")"
