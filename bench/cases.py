"""The cases of the benchmark, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bench.closing import close
from bench.pages import pages
from bench.peaks import live_peaks
from bench.plan import Plan
from bench.report import Row
from bench.seat_changes import bulk_change, resync, single_change

Case = Callable[[Plan], Iterator[Row]]

# Name on the command line → case. The last one holds what all the others wrote against the seat log.
CASES: Final[dict[str, Case]] = {
    "single-change": single_change,
    "bulk-change": bulk_change,
    "resync": resync,
    "close": close,
    "pages": pages,
    "live-peaks": live_peaks,
}
ALWAYS: Final = "live-peaks"
