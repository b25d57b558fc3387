"""When a partner's use speaks up: at thresholds that it set itself, and when it grows unusually (rule M12)."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from pleamar.rules.calculator import MOST_SEATS
from pleamar.rules.refusals import Refused

AlertKind: TypeAlias = Literal["seats", "amount", "growth"]

# What a threshold may be: seats; minor units of money; percent.
_BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "seats": (1, MOST_SEATS),
    "amount": (1, 10**17),
    "growth": (1, 10_000),
}
MOST_ALERTS: Final = 50


def checked_threshold(kind: str, threshold: int) -> int:
    """The threshold, if an alert of that kind can have it.

    Refuses `alert_kind_unknown` and `alert_threshold_out_of_range` with the bounds, both included.
    """
    if kind not in _BOUNDS:
        raise Refused("alert_kind_unknown", kind=kind)
    least, most = _BOUNDS[kind]
    if not least <= threshold <= most:
        raise Refused("alert_threshold_out_of_range", kind=kind, least=least, most=most)
    return threshold


def grown_percent(before: int, peak: int) -> int | None:
    """By how many whole percent, cut, the peak exceeds the last cycle's; None where there was none to grow from."""
    return (peak - before) * 100 // before if before > 0 else None
