"""Which charges somebody should drive."""

from __future__ import annotations

from datetime import datetime

from pleamar.models import Charge
from pleamar.queries.scopes import Scope
from pleamar.rules.charging import SETTLED


def due_charges(scope: Scope, now: datetime) -> list[int]:
    """The ids of the unsettled charges in scope that are due at `now`, the longest due first."""
    due = scope.rows(Charge).filter(due_at__lte=now).exclude(state__in=SETTLED)
    return list(due.order_by("due_at", "pk").values_list("pk", flat=True))


def charges_due_later(scope: Scope, now: datetime) -> int:
    """How many unsettled charges in scope wait for a time after `now`: for the bank, the cardholder or a next try."""
    return scope.rows(Charge).filter(due_at__gt=now).exclude(state__in=SETTLED).count()
