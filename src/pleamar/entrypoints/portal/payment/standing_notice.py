"""What a partner that is past due is told of it: on Payment, and on the page that it sees first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.settings import current_settings
from pleamar.queries.standing import StandingRow, standing_of


def standing_notice(viewer: Viewer) -> dict[str, Any]:
    """The facts of `portal/payment_standing.html` (rule M14); in a constant number of queries."""
    stands = standing_of(viewer.scope, viewer.partner_id, now=viewer.now)
    return {"standing": stands, "suspends_at": _suspended_from(stands)}


def _suspended_from(stands: StandingRow | None) -> datetime | None:
    """From when on access may be suspended if nothing is paid; a warning that came late puts that off."""
    if stands is None or stands.overdue_since is None or stands.state == "suspended":
        return None
    by_days = stands.overdue_since + timedelta(days=current_settings().suspension_days)
    told = stands.next_at if stands.next_step in ("suspension", "proposal") else None
    return max(by_days, told or by_days)
