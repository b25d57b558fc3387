"""Pages obey the policy that is sent with them, and speak the portal's words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from tests.house.source import SRC, at

# Mails are no pages: they carry their own colours, for no mail program fetches a file.
TEMPLATES = [path for path in sorted(SRC.rglob("*.html")) if "mail" not in path.relative_to(SRC).parts]
FORBIDDEN = {
    "a style on an element": re.compile(r"""\sstyle\s*=\s*["']"""),
    "a handler on an element": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']"""),
    "a script in the page": re.compile(r"""<script(?![^>]*\bsrc=)(?![^>]*type="application/json")"""),
    "styles in the page": re.compile(r"<style"),
    "something from elsewhere": re.compile(r"""\s(?:src|href|action)\s*=\s*["'](?:https?:)?//"""),
    "a text that is not escaped": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
INSIDE_WORDS = re.compile(r"\b(seats?|members?|tenants?|high-water)\b", re.IGNORECASE)
_TEXT = re.compile(r"""gettext\(\s*u?(['"])(?P<text>.*?)(?<!\\)\1""", re.DOTALL)


def offences(paths: Iterable[Path]) -> list[str]:
    """What stands in templates and the policy would block, or should."""
    return [
        f"{at(path, number)} {name}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for name, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def inside_words(paths: Iterable[Path]) -> list[str]:
    """Texts for readers that use words of the code."""
    return [
        f"{path.name}: {match['text']}"
        for path in paths
        for match in _TEXT.finditer(templatize(path.read_text(encoding="utf-8")))
        if INSIDE_WORDS.search(re.sub(r"%\(\w+\)s", "", match["text"]))
    ]


def test_templates_are_found() -> None:
    assert {"page.html", "field.html", "frame.html"} <= {path.name for path in TEMPLATES}


def test_nothing_in_a_template_needs_an_exception_from_the_policy() -> None:
    assert offences(TEMPLATES) == []


def test_pages_speak_of_customers_and_users() -> None:
    assert inside_words(TEMPLATES) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        "<style>p{}</style>",
        '<img src="https://cdn.example/x.png">',
        "{{ name|safe }}",
    ],
)
def test_an_offence_is_found(tmp_path: Path, text: str) -> None:
    written = tmp_path / "offence.html"
    written.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.house.test_templates.at", lambda path, line: f"{path.name}:{line}")
        assert len(offences([written])) == 1


def test_a_word_of_the_code_is_found(tmp_path: Path) -> None:
    written = tmp_path / "page.html"
    written.write_text('{% translate "You have 3 seats" %}', encoding="utf-8")
    assert inside_words([written]) == ["page.html: You have 3 seats"]
