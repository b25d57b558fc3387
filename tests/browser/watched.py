"""A page that is looked at: what a reader, a screen reader, or a strict browser would mind about it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from babel.messages.pofile import read_po
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

import pleamar

_CATALOGUE: Final = Path(pleamar.__file__).parent / "locale/es/LC_MESSAGES/django.po"
# WCAG 2.2 asks for targets that a finger hits; axe looks at that only if told to.
_OPTIONS: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_LOOK: Final = """
() => {
  const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isOthers = (element) => element.closest("script, style, [lang]:not(html), [translate=no], textarea");
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
    if (text && !isOthers(walker.currentNode.parentElement)) said.push(text);
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"])
      if (element.getAttribute(name) && !isOthers(element)) said.push(element.getAttribute(name));
  const page = document.documentElement;
  return {
    said, title: document.title, lang: page.lang, headings: document.querySelectorAll("h1").length,
    wider: page.scrollWidth - page.clientWidth,
    ids: [...document.querySelectorAll("[id]")].map((one) => one.id),
  };
}
"""
# Words that are in nearly every English sentence and in no Spanish one.
_ENGLISH: Final = re.compile(
    r"\b(the|and|of|you|your|with|are|is|was|this|that|from|will|have|which|who|what|can|by|to|for|on|or|it|its|not)\b",
    re.IGNORECASE,
)
# What Chromium says of a form that was wrong and is shown again with its errors.
_SHOWN_AGAIN: Final = "status of 422 (Unprocessable Entity)"
_ADDRESS: Final = r"[\w.*+-]+@[\w.-]+"


class Watched:
    """One tab. Whatever is wrong with what it showed stands in `found`, by address."""

    def __init__(self, context: BrowserContext, origin: str, language: str, *, theirs: Collection[str] = ()) -> None:
        """`theirs`: what people have written themselves, in whatever language."""
        self.page: Page = context.new_page()
        self.found: list[str] = []
        self._origin, self._language, self._address = origin, language, ""
        self._theirs = re.compile("|".join((_ADDRESS, *map(re.escape, sorted(theirs, key=len, reverse=True)))))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._mind(f"script failed: {error}"))
        self.page.on("request", self._asked)

    def look_at(self, address: str) -> None:
        """Open it, and look."""
        self._address = address
        response = self.page.goto(f"{self._origin}{address}")
        status = response.status if response else 0
        arrived = self.page.url.removeprefix(self._origin)
        if status != 200 or arrived != address:
            self._mind(f"answered {status} at {arrived}: a page, or to be listed in pages.py?")
            return
        self.judge()

    def fetch(self, address: str) -> None:
        """Ask for the file that is there, as a click on its link would."""
        self._address = address
        answer = self.page.context.request.get(f"{self._origin}{address}")
        told = answer.headers.get("content-disposition", "")
        if answer.status != 200 or "; filename" not in told or not answer.body():
            self._mind(f"answered {answer.status} {told!r}: no file to save")

    def judge(self) -> None:
        """Look at what is shown now."""
        seen: dict[str, Any] = self.page.evaluate(_LOOK)
        if seen["lang"] != self._language:
            self._mind(f"lang={seen['lang']}")
        if seen["headings"] != 1:
            self._mind(f"{seen['headings']} h1")
        if seen["title"].startswith(" · ") or not seen["title"].strip():
            self._mind(f"title {seen['title']!r}")
        if seen["wider"] > 0:
            self._mind(f"scrolls sideways by {seen['wider']} px")
        if doubled := {one for one in seen["ids"] if seen["ids"].count(one) > 1}:
            self._mind(f"ids given twice: {sorted(doubled)}")
        if self._language == "es":
            for text in dict.fromkeys(seen["said"]):
                if _is_english(self._theirs.sub("…", text)):
                    self._mind(f"English: {text[:90]!r}")
        self.page.evaluate(AXE_SCRIPT)
        for violation in self.page.evaluate(f"axe.run({json.dumps(_OPTIONS)})")["violations"]:
            where = violation["nodes"][0]
            self._mind(f"axe {violation['id']} ×{len(violation['nodes'])}: {where['target']} {where['html'][:120]}")

    def _mind(self, what: str) -> None:
        self.found.append(f"{self._address}: {what}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.endswith(_SHOWN_AGAIN):
            self._mind(f"console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._origin, "data:")):
            self._mind(f"asked {request.url}")


@cache
def _translated() -> frozenset[str]:
    """What we say in English and otherwise in Spanish, without what is put into it later."""
    with _CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    return frozenset(
        message.id
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string != message.id and "%" not in message.id
    )


def _is_english(text: str) -> bool:
    return text in _translated() or (" " in text and bool(_ENGLISH.search(text)))
