"""What a partner that is past due is told of it: on Payment, and on the page that it sees first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.settings import current_settings
from pleamar.queries.standing import StandingRow, standing_of
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class PastDue:
    """`amounts` by currency, the oldest of it overdue since `since`; `warned`: the partner was told by mail before.

    `suspends`: sign-in may be blocked from `suspends_at` on, which is None where that may be at any time. It may not
    once all customers of a closed partner are closed with it.
    """

    amounts: tuple[Money, ...]
    since: datetime
    warned: bool
    suspends: bool
    suspends_at: datetime | None


def past_due(viewer: Viewer) -> PastDue | None:
    """None where nothing is, and while sign-in is blocked: that stands above every page (rule M14).

    A constant number of queries.
    """
    stands = standing_of(viewer.scope, viewer.partner_id, now=viewer.now)
    if stands is None or stands.overdue_since is None or viewer.blocked_since is not None:
        return None
    at = _suspended_from(stands, stands.overdue_since)
    return PastDue(
        amounts=stands.overdue,
        since=stands.overdue_since,
        warned=stands.state in ("past_due", "suspended"),
        suspends=not viewer.is_over,
        suspends_at=None if stands.next_step == "approval" or at <= viewer.now else at,
    )


def _suspended_from(stands: StandingRow, since: datetime) -> datetime:
    """From when on access may be suspended if nothing is paid; a warning that came late puts that off."""
    by_days = since + timedelta(days=current_settings().suspension_days)
    told = stands.next_at if stands.next_step in ("suspension", "proposal") else None
    return max(by_days, told or by_days)
