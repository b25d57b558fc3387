"""Who looks at a page of the portal, and what they may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.queries.scopes import Scope
from pleamar.queries.viewers import TeamPerson
from pleamar.rules.causes import Cause
from pleamar.rules.roles import Permission


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody of a partner's team, at `now` of the installation's clock. `scope` is all that they can reach."""

    person: TeamPerson
    scope: Scope
    now: datetime

    @property
    def partner_id(self) -> int:
        """The partner's key."""
        return self.person.partner_id

    @property
    def partner(self) -> str:
        """The partner's name."""
        return self.person.partner

    @property
    def zone(self) -> str:
        """The zone in which moments are told: the one that the partner has chosen last."""
        return self.person.timezone

    @property
    def cycle_zone(self) -> str:
        """The zone in which the running cycle's end is a date: another one, chosen meanwhile, is the next cycle's."""
        end = self.person.cycle_ends_at
        return self.person.timezone if end is not None and end <= self.now else self.person.cycle_timezone

    @property
    def sees_prices(self) -> bool:
        """Whether amounts are for their eyes."""
        return self.may("see_prices")

    @property
    def is_over(self) -> bool:
        """Whether the partner is closed and its last cycle has ended, and with it all its customers."""
        end = self.person.cycle_ends_at
        return self.person.closed and (end is None or end <= self.now)

    @property
    def blocked_since(self) -> datetime | None:
        """Since when nobody of the partner's monthly customers can sign in, because it has not paid (rule M14)."""
        return None if self.is_over else self.person.suspended_at

    def may(self, permission: Permission) -> bool:
        """Whether their role includes it."""
        return permission in self.person.permissions

    def cause(self, means: str, *, reference: str = "", reason: str = "") -> Cause:
        """What goes into the trail of whatever they do: it is them."""
        return Cause(self.person.email, means, reference=reference, reason=reason)
