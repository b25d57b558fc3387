"""A cycle in an address: the local day on which it starts."""

from __future__ import annotations

from datetime import date

from django.http import Http404

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.cycle_frames import CycleFrame, cycle_of_day
from pleamar.rules.refusals import Refused


class CycleConverter:
    """`2026-11-08`, for paths; a text of that form that is no day is no address."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError, which makes it a 404."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The address's part."""
        return value if isinstance(value, str) else value.isoformat()


def named_cycle(viewer: Viewer, start: date) -> CycleFrame:
    """The viewer's own cycle that starts on that day; 404 where none does."""
    try:
        return cycle_of_day(viewer.scope, viewer.partner_id, start, now=viewer.now)
    except Refused as refused:
        raise Http404 from refused
