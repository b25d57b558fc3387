"""Numbers of things, as they are told at the console."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """`1 invoice`, `2,000 invoices`; `thing` is one of them, and more of them end in s."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
