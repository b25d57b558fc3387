"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

# What is typed into a field, by its kind, where it is empty.
TYPED_EMAIL: Final = "user00000@contoso-dental.example"
_TYPED: Final = {"email": TYPED_EMAIL, "number": "5", "date": "2026-01-15", "month": "2025-12"}


@dataclass(slots=True)
class SentForm:
    """Where a form is sent, how, and what is in it; a name may stand there several times."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def data(self, change: Callable[[str], str] = str) -> dict[str, list[str]]:
        """What is sent, with every value changed."""
        told: dict[str, list[str]] = {}
        for name, value in self.fields:
            told.setdefault(name, []).append(value if name == "csrfmiddlewaretoken" else change(value))
        return told


def forms(page: str, address: str) -> list[SentForm]:
    """All of the page at that address, boxes ticked and empty fields filled; one of several buttons once for each."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.found()


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._forms: list[tuple[SentForm, list[tuple[str, str]]]] = []
        self._select = self._textarea = ""

    def found(self) -> list[SentForm]:
        """Each with one of its buttons."""
        return [
            SentForm(form.action, form.method, [*form.fields, *([button] if button[0] else [])])
            for form, buttons in self._forms
            for button in buttons or [("", "")]
        ]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            form = SentForm(told.get("action") or self._address, told.get("method", "get").lower())
            self._forms.append((form, []))
        if not self._forms:
            return
        form, buttons = self._forms[-1]
        name = told.get("name", "")
        if tag == "button":
            buttons.append((name, told.get("value", "")))
        elif tag == "input" and name:
            typed = _TYPED.get(told.get("type", ""), "x")
            form.fields.append((name, told.get("value") or typed))
        elif tag == "textarea" and name:
            form.fields.append((name, "x"))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.fields.append((self._select, told.get("value", "")))
            self._select = "" if "selected" in told else self._select

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
