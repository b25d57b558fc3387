"""When cycles end."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from pleamar.models import Meter
from pleamar.queries.scopes import Scope


def next_cycle_end(scope: Scope) -> datetime | None:
    """The end of the running cycle that ends first; None where no cycle runs."""
    soonest: datetime | None = scope.rows(Meter).filter(ended=False).aggregate(at=Min("ends_at"))["at"]
    return soonest
