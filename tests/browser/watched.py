"""A page that is looked at: what a reader, a screen reader, or a strict browser would mind about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from axe_playwright_python.base import AXE_SCRIPT
from babel.messages.pofile import read_po
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

import pleamar

_CATALOGUE: Final = Path(pleamar.__file__).parent / "locale/es/LC_MESSAGES/django.po"
Theme: TypeAlias = Literal["light", "dark"]
# We have no frames to look into, and what is wrong is found by its HTML: axe is quicker without.
_QUICK: Final = {"resultTypes": ["violations"], "preload": False, "iframes": False, "selectors": False}
# WCAG 2.2 asks for targets that a finger hits; axe looks at that only if told to.
_EVERYTHING: Final = {**_QUICK, "rules": {"target-size": {"enabled": True}}}
# All that another theme can change.
_COLOURS: Final = {**_QUICK, "runOnly": ["color-contrast", "link-in-text-block"]}
_AXE: Final = """
(options) => axe.run(options).then((told) => told.violations.map(
  ({ id, nodes }) => `axe ${id} ×${nodes.length}: ${nodes[0].html.slice(0, 200)}`))
"""
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
  return {
    said, title: document.title, lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    ids: [...document.querySelectorAll("[id]")].map((one) => one.id),
  };
}
"""
_WIDER: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is to be filled in or pressed, and can be seen at this width, by its place on the page.
_USABLE: Final = """
() => [...document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea, button)")]
  .map((one, place) => (one.checkVisibility() ? `${place}: ${one.outerHTML.slice(0, 80)}` : "")).filter(Boolean)
"""
_WIDE: Final = 1280
# Fill in a form of the page, whatever the browser thinks of it, and send it. A button is pressed by its name.
_SEND: Final = """
(told) => {
  const names = Object.keys(told), has = (form) => names.every((name) => form.elements.namedItem(name));
  const form = [...document.querySelectorAll("main form[method=post]")].find(has);
  if (!form) return `no form has ${names}`;
  let button;
  for (const name of names)
    for (const field of form.querySelectorAll(`[name="${name}"]`))
      if (field.type === "file") {
        const files = new DataTransfer();
        files.items.add(new File([told[name]], "list.csv", { type: "text/csv" }));
        field.files = files.files;
      } else if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === told[name];
      else if (field.tagName === "BUTTON") button = field.value === told[name] ? field : button;
      else field.value = told[name];
  form.noValidate = true;
  form.requestSubmit(button);
  return "";
}
"""
# Words that are in nearly every English sentence and in no Spanish one.
_ENGLISH: Final = re.compile(
    r"\b(the|and|of|you|your|with|are|is|was|this|that|from|will|have|which|who|what|can|by|to|for|on|or|it|its|not)\b",
    re.IGNORECASE,
)
# What Chromium says of a form that was wrong and is shown again with its errors.
_SHOWN_AGAIN: Final = "status of 422 ("
_ADDRESS: Final = r"[\w.*+-]+@[\w.-]+"


class Sight(NamedTuple):
    """How a page is looked at."""

    theme: Theme
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


class Watched:
    """One tab. Whatever is wrong with what it showed stands in `found`, by address."""

    def __init__(
        self,
        context: BrowserContext,
        origin: str,
        language: str,
        *,
        theirs: Collection[str] = (),
        sights: Sequence[Sight] = (),
    ) -> None:
        """`theirs`: what people have written themselves, in whatever language.

        Every page is looked at in each of the `sights`; without any, as the context was made.
        """
        context.add_init_script(AXE_SCRIPT)
        self.page: Page = context.new_page()
        self.found: list[str] = []
        self._origin, self._language, self._address, self._status = origin, language, "", 200
        self._theirs = re.compile("|".join((_ADDRESS, *map(re.escape, sorted(theirs, key=len, reverse=True)))))
        self._sights = sights
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._mind(f"script failed: {error}"))
        self.page.on("request", self._asked)

    def look_at(self, address: str, *, status: int = 200, onto: str = "") -> None:
        """Open it, and look. It must answer like this, and itself unless it leads `onto` another address."""
        self._address, self._status = address, status
        self._judge_answer(self.page.goto(f"{self._origin}{address}"), onto or address)

    def send(self, address: str, told: Mapping[str, str], *, status: int, onto: str = "") -> None:
        """Open it, send the form there that has these names, and look at the answer."""
        self._address, self._status = address, status
        self.page.goto(f"{self._origin}{address}", wait_until="domcontentloaded")
        with self.page.expect_navigation() as answered:
            if missing := self.page.evaluate(_SEND, told):
                self.page.reload()
        if missing:
            self._mind(missing)
        else:
            self._judge_answer(answered.value, onto)

    def fetch(self, address: str) -> None:
        """Ask for the file that is there, as a click on its link would."""
        self._address = address
        answer = self.page.context.request.get(f"{self._origin}{address}")
        told = answer.headers.get("content-disposition", "")
        if answer.status != 200 or "; filename" not in told or not answer.body():
            self._mind(f"answered {answer.status} {told!r}: no file to save")

    def find_no_page(self, address: str) -> None:
        """Ask for what is said to show none."""
        answer = self.page.context.request.get(f"{self._origin}{address}", max_redirects=0)
        if answer.status == 200 and '<main id="main"' in answer.text():
            self.mind(address, "is a page after all")

    def leave(self) -> list[str]:
        """Whatever was wrong, once the tab is closed."""
        self.page.context.close()
        return self.found

    def judge(self) -> None:
        """Look at what is shown now."""
        self._judge_words()
        rules: dict[int, Any] = {}
        for sight in self._sights:
            self.page.set_viewport_size({"width": sight.width, "height": 900})
            self.page.emulate_media(color_scheme=sight.theme)
            self._judge_sight(f"{sight}: ", rules.setdefault(sight.width, _EVERYTHING))
            rules[sight.width] = _COLOURS
        self._judge_what_is_lost()
        if not self._sights:
            self._judge_sight("", _EVERYTHING)

    def _judge_what_is_lost(self) -> None:
        """Whoever has a telephone can do all that others can."""
        widths = {sight.width for sight in self._sights} - {_WIDE}
        if not widths:
            return
        self.page.set_viewport_size({"width": min(widths), "height": 900})
        narrow: list[str] = self.page.evaluate(_USABLE)
        self.page.set_viewport_size({"width": _WIDE, "height": 900})
        lost = [one for one in self.page.evaluate(_USABLE) if one not in narrow]
        if lost:
            self._mind(f"gone when narrow: {lost[0]}")

    def _judge_answer(self, answer: Response | None, expected: str) -> None:
        status, arrived = answer.status if answer else 0, self.page.url.removeprefix(self._origin)
        if status != self._status or (expected and arrived != expected):
            self._mind(f"answered {status} at {arrived}: a page, or to be listed in pages.py?")
            return
        self.judge()

    def _judge_words(self) -> None:
        seen: dict[str, Any] = self.page.evaluate(_LOOK)
        if seen["lang"] != self._language:
            self._mind(f"lang={seen['lang']}")
        if seen["headings"] != 1:
            self._mind(f"{seen['headings']} h1")
        if seen["title"].startswith(" · ") or not seen["title"].strip():
            self._mind(f"title {seen['title']!r}")
        if doubled := {one for one in seen["ids"] if seen["ids"].count(one) > 1}:
            self._mind(f"ids given twice: {sorted(doubled)}")
        if self._language == "es":
            for text in dict.fromkeys(seen["said"]):
                if _is_english(self._theirs.sub("…", text)):
                    self._mind(f"English: {text[:90]!r}")

    def _judge_sight(self, where: str, rules: Mapping[str, Any]) -> None:
        if (wider := self.page.evaluate(_WIDER)) > 0:
            self._mind(f"{where}scrolls sideways by {wider} px")
        for violation in self.page.evaluate(_AXE, rules):
            self._mind(f"{where}{violation}")

    def mind(self, where: str, what: str) -> None:
        """This is wrong there."""
        self.found.append(f"{where}: {what}")

    def _mind(self, what: str) -> None:
        self.mind(self._address, what)

    def _heard(self, message: ConsoleMessage) -> None:
        expected = (f"status of {self._status} (", _SHOWN_AGAIN)
        if message.type in ("error", "warning") and not any(said in message.text for said in expected):
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
