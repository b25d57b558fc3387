"""When something is to be done next, of all that stands in rows with a date."""

from __future__ import annotations

from datetime import datetime, timedelta

from pleamar.models import Partner
from pleamar.models.bulk import quick_cursor
from pleamar.queries.partners import standing
from pleamar.queries.price_effects import announcements_due
from pleamar.queries.reminders import reminders_due
from pleamar.queries.scopes import Scope
from pleamar.queries.settings import current_settings
from pleamar.queries.standing import standing_due
from pleamar.rules.charging import SETTLED


def next_due(scope: Scope, after: datetime) -> datetime | None:
    """The earliest due date later than `after`: of cycles, charges, messages, events, trials, notices, warnings.

    What was due at `after` or before is not looked at: whoever steps from date to date has just seen to it. Events are
    of the whole installation, so only whoever sees all of it is told of theirs.
    """
    dates = [
        _earliest_written(scope, after),
        announcements_due(scope, after),
        reminders_due(scope, after),
        standing_due(scope, after),
    ]
    return min((date for date in dates if date is not None), default=None)


def _earliest_written(scope: Scope, after: datetime) -> datetime | None:
    """Of the dates that stand in rows as they are, in one statement: whoever plays a year asks for hundreds."""
    in_scope = scope.sql("partner_id")
    settled = ", ".join(f"'{state}'" for state in sorted(SETTLED))
    # The ends of trials, and when they are to be told of.
    ahead = [timedelta(days=days) for days in (0, *current_settings().trial_notice_days)]
    with quick_cursor() as cursor:
        cursor.execute(
            f"""
            SELECT min(at) FROM (
                SELECT min(ends_at) AS at FROM meter WHERE NOT ended AND ends_at > %s AND {in_scope}
                UNION ALL
                SELECT min(ends_at) FROM cycle WHERE closed_at IS NULL AND ends_at > %s AND {in_scope}
                UNION ALL
                SELECT min(due_at) FROM charge
                WHERE state NOT IN ({settled}) AND due_at > %s AND {in_scope}
                UNION ALL
                SELECT min(next_attempt_at) FROM invoice WHERE state = 'open' AND next_attempt_at > %s AND {in_scope}
                UNION ALL
                SELECT min(due_at) FROM outbox_message WHERE sent_at IS NULL AND due_at > %s AND {in_scope}
                UNION ALL
                SELECT min(activation_due_at) FROM account WHERE activation_due_at > %s AND {in_scope}
                UNION ALL
                SELECT min(trial_ends_at - ahead) FROM account, unnest(%s::interval[]) AS ahead
                WHERE state = 'trial' AND trial_ends_at - ahead > %s AND {in_scope}
                UNION ALL
                SELECT min(due_at) FROM received_event WHERE processed_at IS NULL AND due_at > %s AND %s
            ) AS dated
            """,
            [*[after] * 6, ahead, after, after, scope.is_everything],
        )
        row = cursor.fetchone()
        return row[0] if row else None


def running_cycle_end(scope: Scope, partner_id: int, *, now: datetime) -> datetime | None:
    """When the partner's cycle that runs at `now` ends; None when none runs, for it is closed."""
    stands = standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now)
    return None if stands.ended else stands.meter.ends_at
