"""Where the names of a chart's lines stand, so that none lies on another: beside what they name, no legend.

How wide and high a text is, is known to the browser alone; what is taken here is enough on a wide screen, and where
it is too little, texts have a rim of the ground's colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

Anchor: TypeAlias = Literal["start", "middle", "end"]

# In units of a ten-thousandth of the chart's width and height.
_WIDTH: Final = 2_200
_HEIGHT: Final = 620
_GAP: Final = 180
_WHOLE: Final = 10_000


class Label(NamedTuple):
    """What a label names: a point of the chart."""

    x: int
    y: int


class Placed(NamedTuple):
    """A label: its `anchor` at its point, its text `above` or below that."""

    anchor: Anchor
    above: bool


@dataclass(frozen=True, slots=True)
class Labels:
    """Where each label stands. Of `tiers` only those are named for which there is a place."""

    peak: Placed
    now: Placed
    likely: Placed | None
    tiers: Mapping[int, Placed]


class _Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def placed(*, peak: Label, now: Label, likely: Label | None, tiers: Mapping[int, int]) -> Labels:
    """The peak's label above it; the count's below it; the forecast's at the right edge, the tiers' at either.

    `tiers` are the heights of their lines. A label that would lie on another, or a tier's on what is paid already,
    goes to the other side of its line, then to the other edge; where all is taken, a tier goes without a name (its
    price stands in the table beside the chart).
    """
    taken: list[_Box] = []
    peak_label = Placed(_anchor(peak.x), above=True)
    taken.append(_box(peak, peak_label))
    likely_label = None
    if likely is not None:
        likely_label = _free(likely, "end", taken, prefers_above=True) or Placed("end", above=False)
        taken.append(_box(likely, likely_label))
    side: Anchor = "start" if now.x * 5 <= _WHOLE * 4 else "end"
    now_label = _free(now, side, taken, prefers_above=False) or Placed(side, above=False)
    taken.append(_box(now, now_label))
    taken.append(_Box(now.x, peak.y, _WHOLE, now.y))
    named: dict[int, Placed] = {}
    edges: tuple[tuple[int, Anchor], ...] = ((_WHOLE, "end"), (0, "start"))
    for tier, y in tiers.items():
        for x, anchor in edges:
            label = _free(Label(x, y), anchor, taken, prefers_above=True)
            if label is not None:
                taken.append(_box(Label(x, y), label))
                named[tier] = label
                break
    return Labels(peak_label, now_label, likely_label, named)


def _anchor(x: int) -> Anchor:
    if x * 6 < _WHOLE:
        return "start"
    return "end" if x * 6 > _WHOLE * 5 else "middle"


def _free(point: Label, anchor: Anchor, taken: list[_Box], *, prefers_above: bool) -> Placed | None:
    for above in (prefers_above, not prefers_above):
        label = Placed(anchor, above)
        box = _box(point, label)
        if box.top >= 0 and box.bottom <= _WHOLE and not any(box.meets(other) for other in taken):
            return label
    return None


def _box(point: Label, label: Placed) -> _Box:
    left = {"start": point.x, "middle": point.x - _WIDTH // 2, "end": point.x - _WIDTH}[label.anchor]
    top = point.y - _GAP - _HEIGHT if label.above else point.y + _GAP
    return _Box(left, top, left + _WIDTH, top + _HEIGHT)
