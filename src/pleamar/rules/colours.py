"""Colours that can be read: contrast as the Web Content Accessibility Guidelines 2.2 measure it (1.4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final, TypeAlias

_Channels: TypeAlias = tuple[int, int, int]

# Text of normal size; a little more than the 4.5 that is asked for, because browsers and their judges round.
_ENOUGH: Final = Decimal("4.6")
_STEPS: Final = 50
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour for text, and the soft ground that is tinted with it."""

    text: str
    soft: str


def contrast(one: str, other: str) -> Decimal:
    """The contrast of two colours such as `#0b6b5d`: from 1 (none) to 21 (black on white)."""
    lower, higher = sorted((_luminance(_channels(one)), _luminance(_channels(other))))
    return _ratio(higher + Decimal("0.05"), lower + Decimal("0.05"))


def accent_on(colour: str, grounds: Sequence[str], tint: int) -> Accent:
    """The colour, moved towards black or white until text in it can be read on each of `grounds` and on its own soft
    ground: the first of `grounds` with `tint` percent of it. They are all light, or all dark.
    """
    paper = _channels(grounds[0])
    goal = (0, 0, 0) if _luminance(paper) > Decimal("0.2") else (255, 255, 255)
    accent = Accent(colour, grounds[0])
    for step in range(_STEPS + 1):
        moved = _mixed(_channels(colour), goal, step, of=_STEPS)
        accent = Accent(_written(moved), _written(_mixed(paper, moved, tint, of=_PERCENT)))
        if all(contrast(accent.text, ground) >= _ENOUGH for ground in (*grounds, accent.soft)):
            break
    return accent


def _ratio(higher: Decimal, lower: Decimal) -> Decimal:
    return higher * lower**-1


def _mixed(colour: _Channels, goal: _Channels, part: int, *, of: int) -> _Channels:
    red, green, blue = ((own * (of - part) + to * part) // of for own, to in zip(colour, goal, strict=True))
    return red, green, blue


def _channels(colour: str) -> _Channels:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _written(channels: _Channels) -> str:
    return f"#{bytes(channels).hex()}"


def _luminance(channels: _Channels) -> Decimal:
    red, green, blue = map(_linear, channels)
    return Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue


@cache
def _linear(channel: int) -> Decimal:
    part = Decimal(channel) * Decimal(255) ** -1
    if part <= Decimal("0.04045"):
        return part * Decimal("12.92") ** -1
    return ((part + Decimal("0.055")) * Decimal("1.055") ** -1) ** Decimal("2.4")
