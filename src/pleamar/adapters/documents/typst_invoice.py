"""The invoice as PDF/A-3b, tagged, set by typst."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from pleamar.adapters.documents.glyphs import Glyphs
from pleamar.ports.documents import InvoicePaper

_TEMPLATE: Final = Path(__file__).with_name("invoice.typ")
# In the order in which the template asks for them. The bolder weights cover what the regular one does.
_FONTS: Final = (
    "Inter-Regular.otf",
    "NotoSans-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
)


class TypstInvoiceRenderer:
    """An `InvoiceRenderer`. `fonts` is the folder with the fonts to use; the machine's own are never looked at."""

    def __init__(self, fonts: Path) -> None:
        self._glyphs, self._fonts = _loaded(fonts)
        self._template = _TEMPLATE.read_bytes()

    def render(self, paper: InvoicePaper) -> bytes:
        """The file. Characters that the fonts do not have are drawn as □."""
        midnight = datetime.combine(paper.dated, time(), UTC)
        return typst.compile(
            self._template,
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(_drawable(paper, self._glyphs.drawable))},
            pdf_standards=["a-3b"],
            timestamp=midnight,
        )


@cache
def _loaded(fonts: Path) -> tuple[Glyphs, typst.Fonts]:
    """Read once a process: fonts do not change while a program runs."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    return Glyphs([fonts / name for name in _FONTS]), found


def _drawable(paper: InvoicePaper, drawable: Callable[[str], str]) -> dict[str, Any]:
    """The paper as JSON wants it, every string in it made drawable."""

    def walked(value: Any) -> Any:
        if isinstance(value, str):
            return drawable(value)
        if isinstance(value, dict):
            return {key: walked(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [walked(item) for item in value]
        return value

    fields = asdict(paper)
    dated = fields.pop("dated")
    return {**walked(fields), "dated": [dated.year, dated.month, dated.day]}
