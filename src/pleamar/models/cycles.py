"""Ended cycles: frozen from the meter when they ended."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantTable, loose, moment, owner


class Cycle(TenantTable):
    """One ended cycle `[start, end)` of a partner. Only `closed_at` is written later: when it got its statement."""

    partner = owner("pleamar.Partner", related_name="cycles", db_index=False)
    index = models.IntegerField()
    starts_at = moment()
    ends_at = moment()
    timezone = models.TextField()
    currency = models.CharField(max_length=3)
    opening = models.IntegerField()
    closing = models.IntegerField()
    peak = models.IntegerField()
    peak_at = moment()
    peak_batch = loose("pleamar.SeatBatch", db_index=False, null=True, blank=True)
    closed_at = moment(null=True, blank=True)

    class Meta(TenantTable.Meta):
        db_table = "cycle"
        indexes = [
            models.Index(name="cycle_unclosed", fields=["partner", "index"], condition=models.Q(closed_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(name="cycle_index_once", fields=["partner", "index"]),
            models.CheckConstraint(name="cycle_has_length", condition=models.Q(ends_at__gt=models.F("starts_at"))),
            models.CheckConstraint(
                name="cycle_peak_is_inside",
                condition=models.Q(
                    peak_at__gte=models.F("starts_at"),
                    peak_at__lt=models.F("ends_at"),
                    peak__gte=models.F("opening"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"cycle {self.index}: peak {self.peak}"


class CycleShare(TenantTable):
    """An account's seats at the moment of the peak (they add up to it), and its own highest count (they do not)."""

    partner = loose("pleamar.Partner", db_index=False)
    cycle = loose("pleamar.Cycle", related_name="shares", db_index=False)
    account = loose("pleamar.Account", db_index=False)
    seats = models.IntegerField()
    own_peak = models.IntegerField()

    class Meta(TenantTable.Meta):
        db_table = "cycle_share"
        constraints = [models.UniqueConstraint(name="cycle_share_once", fields=["cycle", "account"])]

    def __str__(self) -> str:
        return f"{self.seats} seats"
