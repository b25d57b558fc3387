"""Which characters the fonts can draw, and a text made of those only.

PDF/A forbids a missing glyph, so one emoji in a customer's name would otherwise cost the whole invoice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from struct import iter_unpack, unpack_from
from typing import Final

MISSING: Final = "□"

_LINE_ENDS: Final = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
# A word longer than this may be broken anywhere: it would run out of its column.
_LONGEST_WORD: Final = 24
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_BREAK: Final = "\u200b"
_WORD_ENDS: Final = re.compile(r"(?<=[@./_\-])(?=.)")


def covered(font: Path) -> frozenset[int]:
    """The code points that an OpenType font maps to a glyph, from its `cmap` table (formats 4 and 12)."""
    data = font.read_bytes()
    tables = {
        tag: offset for tag, _, offset, _ in iter_unpack(">4sIII", data[12 : 12 + 16 * unpack_from(">H", data, 4)[0]])
    }
    start = tables[b"cmap"]
    count = unpack_from(">H", data, start + 2)[0]
    points: set[int] = set()
    for place in {start + unpack_from(">I", data, start + 8 + 8 * index)[0] for index in range(count)}:
        form = unpack_from(">H", data, place)[0]
        if form == 4:
            points.update(_format_4(data, place))
        elif form == 12:
            points.update(_format_12(data, place))
    return frozenset(points)


def _format_4(data: bytes, place: int) -> Iterator[int]:
    segments = unpack_from(">H", data, place + 6)[0] // 2
    words = f">{segments}H"
    ends_at = place + 14
    starts_at = ends_at + 2 * segments + 2
    offsets_at = starts_at + 4 * segments
    columns = (unpack_from(words, data, at) for at in (ends_at, starts_at, starts_at + 2 * segments, offsets_at))
    for index, (last, first, delta, offset) in enumerate(zip(*columns, strict=True)):
        for point in range(first, last + 1):
            glyph = point
            if offset:
                glyph = unpack_from(">H", data, offsets_at + 2 * index + offset + 2 * (point - first))[0]
            # Where an offset is given, glyph 0 means "missing" before the delta is added.
            if (glyph or not offset) and (glyph + delta) % 0x10000:
                yield point


def _format_12(data: bytes, place: int) -> Iterator[int]:
    groups = unpack_from(">I", data, place + 12)[0]
    for first, last, glyph in iter_unpack(">III", data[place + 16 : place + 16 + 12 * groups]):
        yield from range(first if glyph else first + 1, last + 1)


class Glyphs:
    """What a row of fonts can draw together; for each letter the first that has it and its accents is used."""

    def __init__(self, fonts: Sequence[Path]) -> None:
        self._fonts = tuple(covered(font) for font in fonts)

    def drawable(self, text: str) -> str:
        """`text` in one line, with □ for what no font can draw, and places to break words that fit in no column."""
        if text.isascii() and text.isprintable():  # most are, and every font has these
            return _LONG_WORD.sub(_breakable, text)
        line = _LINE_ENDS.sub(" ", unicodedata.normalize("NFC", text)).replace("\t", " ")
        drawn = "".join(self._cluster(cluster) for cluster in _clusters(line))
        return _LONG_WORD.sub(_breakable, drawn)

    def _cluster(self, cluster: str) -> str:
        """A letter and its accents have to come from one font: half a cluster is a missing glyph too."""
        for fitting in (cluster, cluster[0]):
            if any(all(ord(character) in font for character in fitting) for font in self._fonts):
                return fitting
        return MISSING


def _clusters(line: str) -> Iterator[str]:
    """Letters with the accents that follow them.

    Controls and invisible format characters are left out: they draw nothing, and the ones that turn the direction of
    writing could make a figure read backwards. Private characters mean nothing outside the font that defines them.
    """
    cluster = ""
    for character in line:
        category = unicodedata.category(character)
        if category in {"Cc", "Cf"} or _selects_a_variant(character):
            continue
        if category.startswith("M") and cluster:
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = "\U0010ffff" if category in {"Co", "Cs", "Cn"} else character
    if cluster:
        yield cluster


def _selects_a_variant(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _breakable(word: re.Match[str]) -> str:
    parts = _WORD_ENDS.split(word[0])
    return _BREAK.join(part if len(part) <= _LONGEST_WORD else _BREAK.join(_clusters(part)) for part in parts)
