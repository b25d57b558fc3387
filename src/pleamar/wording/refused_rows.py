"""A file that is refused because of its rows, told row by row."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language, gettext

from pleamar.rules.refusals import Refused, RowsRefused
from pleamar.wording.money import count
from pleamar.wording.refusals import refusal
from pleamar.wording.refusals_files import bad_row

ROWS_SHOWN: Final = 20


def refused_rows(refused: Refused) -> list[str]:
    """The refusal, and below it what is wrong with each of the first rows, if there are several. One line each."""
    if not isinstance(refused, RowsRefused) or len(refused.rows) < 2:
        return [refusal(refused)]
    number = int(refused.facts["count"])
    words = gettext("Nothing was imported, because of %(count)s rows of the file. Correct them and import again.")
    head = words % {"count": count(number, get_language() or "en")}
    told = [(line, bad_row(reason, value)) for line, reason, value in refused.rows[:ROWS_SHOWN]]
    return [head, *lines_told(told, number)]


def lines_told(told: list[tuple[int, str]], number: int) -> list[str]:
    """Each of these lines with what is wrong with it; and how many more there are of `number`."""
    line = gettext("Line %(line)s: %(problem)s")
    lines = [line % {"line": place, "problem": problem} for place, problem in told]
    return [*lines, and_more(number - len(told))] if number > len(told) else lines


def and_more(number: int) -> str:
    """How many are not told."""
    return gettext("and %(told)s more") % {"told": count(number, get_language() or "en")}
