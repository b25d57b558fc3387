"""A partner whose standing is looked at again and again, by the rules alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pleamar.rules.standing import Facts, Policy, Standing, Step, step

ISSUED = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)
AUTOMATIC = Policy((0, 7, 21), 30, automatic=True)
BY_STAFF = replace(AUTOMATIC, automatic=False)

PAID = Facts(None, in_process=False, has_usable_card=True, has_card=True)
CARDLESS = Facts(None, in_process=False, has_usable_card=False, has_card=False)
OWING = Facts(ISSUED, in_process=False, has_usable_card=False, has_card=False)
CHARGING = Facts(None, in_process=True, has_usable_card=True, has_card=True)


def day(number: int, hours: int = 0) -> datetime:
    return ISSUED + timedelta(days=number, hours=hours)


@dataclass(slots=True)
class Told:
    """A partner that is looked at again and again, and what it was told on which day."""

    policy: Policy = AUTOMATIC
    standing: Standing | None = None

    def look(self, facts: Facts, now: datetime) -> Step:
        taken = step(facts, self.standing, self.policy, now)
        self.standing = taken.after
        return taken

    def days(self, facts: Facts, days: range, hours: int = 0) -> list[tuple[int, str, int | None]]:
        """Looked at once on each of these days: the day, what was told, the threshold."""
        told: list[tuple[int, str, int | None]] = []
        for number in days:
            taken = self.look(facts, day(number, hours))
            if taken.tell:
                told.append((number, taken.tell, taken.after.warned_days if taken.tell == "payment_overdue" else None))
        return told
