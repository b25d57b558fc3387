"""The HTML of a letter: the same words as its text, nothing from elsewhere, in the vendor's colours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.template import Context, Engine

from pleamar.ports.mail import PLAIN, Message
from pleamar.wording.locales import full_locale
from pleamar.wording.mail.words import Block, Button, Figures

_TEMPLATE: Final = "mail/letter.html"
_ENGINE: Final = Engine(dirs=[str(Path(__file__).parents[2] / "templates")], autoescape=True)
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
# How much red, green and blue add to how light a colour is (WCAG), in ten-thousandths, for values squared: near enough
# to their true curve to choose between two. Above this, black is easier to read on it than white.
_LIGHTNESS: Final = (2126, 7152, 722)
_LIGHT: Final = 1_790 * 255 * 255


def page(message: Message, heading: str, blocks: Sequence[Block]) -> str:
    """What is said in `blocks`, under `heading`."""
    brand, seller = message.brand, message.seller
    accent = brand.accent if _COLOUR.fullmatch(brand.accent) else PLAIN.accent
    shown = {
        "language": full_locale(message.language).language,
        "name": brand.name or seller,
        "seller": seller,
        "logo": brand.logo.name if brand.logo else "",
        "accent": accent,
        "on_accent": _readable_on(accent),
        "heading": heading,
        "preview": next((block for block in blocks[1:] if isinstance(block, str)), ""),
        "blocks": [(_kind(block), block) for block in blocks],
    }
    return _ENGINE.get_template(_TEMPLATE).render(Context(shown))


def _kind(block: Block) -> str:
    if isinstance(block, Figures):
        return "figures"
    return "button" if isinstance(block, Button) else "text"


def _readable_on(colour: str) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    light = sum(weight * part * part for weight, part in zip(_LIGHTNESS, parts, strict=True))
    return "#111111" if light > _LIGHT else "#ffffff"
