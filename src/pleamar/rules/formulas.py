"""Text in files that spreadsheets open: what they would run as a formula is written so that they show it."""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "'"
# What a spreadsheet takes for the beginning of a formula, also in full width, behind spaces or behind a mark that
# nobody sees; and what some of them skip before they look. Text that begins as if it had been guarded counts as well,
# or nobody could tell it from what was.
_RUNS: Final = re.compile(r"'*(?:[\s\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")


def guarded(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it."""
    return f"{_MARK}{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text[:1] == _MARK and _RUNS.match(text, 1) else text
