"""What is known of changes that were made together: when, who, by what means and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pleamar.models import SeatBatch
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """Changes made together: when, by whom, by what means, and why. `occurred_at` is only the caller's note (M27)."""

    at: datetime
    actor: str
    means: str
    reference: str
    reason: str
    occurred_at: datetime | None


def batch_facts(scope: Scope, partner_id: int, numbers: Collection[int]) -> dict[int, BatchFacts]:
    """The batches by id; many members share one."""
    rows = scope.rows(SeatBatch).filter(partner_id=partner_id, pk__in=numbers)
    return {
        number: BatchFacts(*facts)
        for number, *facts in rows.values_list("pk", "at", "actor", "means", "reference", "reason", "occurred_at")
    }
