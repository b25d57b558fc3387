"""Alerts that partners set on their own use."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner

KINDS = ["seats", "amount", "growth"]


class UsageAlert(TenantRow):
    """Speaks once a cycle, when the peak reaches `threshold`: seats, minor units of money, or percent of growth.

    An amount is in `currency`, and silent in a cycle of another one; the other kinds have none ("").
    `told_cycle` is the index of the cycle in which it last spoke.
    """

    public_prefix = "alr"

    partner = owner("pleamar.Partner", db_index=False)
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    threshold = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True, default="")
    told_cycle = models.IntegerField(default=-1)
    created_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "usage_alert"
        constraints = [
            models.UniqueConstraint(name="usage_alert_once", fields=["partner", "kind", "threshold", "currency"]),
            models.CheckConstraint(name="usage_alert_kind", condition=models.Q(kind__in=KINDS)),
            models.CheckConstraint(name="usage_alert_threshold", condition=models.Q(threshold__gte=1)),
            models.CheckConstraint(
                name="usage_alert_currency",
                condition=(models.Q(kind="amount") & ~models.Q(currency=""))
                | (models.Q(currency="") & ~models.Q(kind="amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.threshold}"
