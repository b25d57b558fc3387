"""Alerts that partners set on their own use."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner

KINDS = ["seats", "amount", "growth"]


class UsageAlert(TenantRow):
    """Speaks once a cycle, when the peak reaches `threshold`: seats, minor units of money, or percent of growth.

    `told_cycle` is the index of the cycle in which it last spoke.
    """

    public_prefix = "alr"

    partner = owner("pleamar.Partner", db_index=False)
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    threshold = models.BigIntegerField()
    told_cycle = models.IntegerField(default=-1)
    created_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "usage_alert"
        constraints = [
            models.UniqueConstraint(name="usage_alert_once", fields=["partner", "kind", "threshold"]),
            models.CheckConstraint(name="usage_alert_kind", condition=models.Q(kind__in=KINDS)),
            models.CheckConstraint(name="usage_alert_threshold", condition=models.Q(threshold__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.threshold}"
