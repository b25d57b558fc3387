"""How a rule or an action says no: a code and the facts, worded elsewhere in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Fact: TypeAlias = str | int


class Refused(Exception):
    """What was asked cannot be done, and nothing was changed.

    `code` names the reason; `wording/refusals.py` holds its sentence in every language. `facts` fill that sentence.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class RowsRefused(Refused):
    """A file is refused because of its rows: `rows` names them, each by its line, a code and what stood there.

    They are the first of `facts["count"]`, if there are more than anybody would read.
    """

    def __init__(self, code: str, rows: Sequence[tuple[int, str, str]], **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.rows = rows
