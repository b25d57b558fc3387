"""The HTML of a mail: the words of its text, harmless whatever is in them, and nothing from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pleamar.ports.mail import Brand, Picture
from pleamar.wording.mail import letter
from tests.entrypoints.mail_topics import FACTS, Facts, message

LOGO = Picture("logo@pleamar", "png", b"\x89PNG\r\n\x1a\n")


class Seen(HTMLParser):
    """What a reader sees of a page, and the tags that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.texts.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("topic", FACTS)
def test_it_says_what_the_text_says_in_the_same_order(topic: str, language: str) -> None:
    told = letter(message(topic, language))
    words = Seen(told.html).words
    place = words.index(told.text.split("\n", 1)[0], words.index("Meridian Software"))
    for line in told.text.splitlines():
        for part in (
            line.split(": ") if line not in words else [line]
        ):  # a fact and its name stand in cells of their own
            assert " ".join(part.removesuffix(":").split()) in words[place:], line
    assert told.subject in words.replace("\N{NO-BREAK SPACE}", " ") or " ".join(told.subject.split()) in words
    assert f'<html lang="{language}">' in told.html


@pytest.mark.parametrize("topic", FACTS)
def test_names_are_only_names(topic: str) -> None:
    bad = "<script>alert('1')</script><img src=x onerror=alert(1)>"
    facts: Facts = {name: bad for name in ("account", "partner", "card", "invoice", "invoices") if name in FACTS[topic]}
    told = message(topic, facts=facts, partner=bad, seller=bad, manager=bad, manager_contact=bad)
    seen = Seen(letter(replace(told, brand=Brand(name=bad))).html)
    assert {tag for tag, _ in seen.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "h1", "p", "br", "a"),
    }
    assert "<script>" in seen.words


def test_a_link_cannot_leave_its_button() -> None:
    told = letter(message("action_required", facts={"link": 'https://x.example/"><script>'}))
    (link,) = [attributes for tag, attributes in Seen(told.html).tags if tag == "a"]
    assert link["href"] == 'https://x.example/"><script>'


@pytest.mark.parametrize("topic", FACTS)
def test_nothing_is_fetched_and_nothing_runs(topic: str) -> None:
    told = letter(message(topic, brand=Brand("Tidal", "#0f766e", LOGO)))
    seen = Seen(told.html)
    assert told.pictures == (LOGO,)
    assert [attributes["src"] for tag, attributes in seen.tags if tag == "img"] == ["cid:logo@pleamar"]
    assert {tag for tag, _ in seen.tags}.isdisjoint({"script", "link", "iframe", "object", "form"})
    assert not [name for _, attributes in seen.tags for name in attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import", told.html)


def test_without_a_logo_the_name_stands_in_its_place() -> None:
    told = letter(message("price_rise", brand=Brand("Tidal")))
    assert told.pictures == ()
    assert "<img" not in told.html
    assert Seen(told.html).words.count("Tidal") == 2, "above and in the closing"
    assert Seen(told.html).words.endswith("Meridian Software"), "who sells stands below"


@pytest.mark.parametrize(
    ("accent", "shown", "ink"),
    [
        ("#0f766e", "#0f766e", "#ffffff"),
        ("#ffd400", "#ffd400", "#111111"),
        ("#000000", "#000000", "#ffffff"),
        ("#ffffff", "#ffffff", "#111111"),
        ("red;} body {display:none", "#0f766e", "#ffffff"),
    ],
)
def test_a_button_can_be_read_on_any_accent(accent: str, shown: str, ink: str) -> None:
    html = letter(message("action_required", brand=Brand(accent=accent))).html
    assert f"background: {shown}; color: {ink};" in html
    assert "display:none" not in html
