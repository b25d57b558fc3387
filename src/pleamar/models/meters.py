"""Meters: how a partner stands in its running cycle. A cache of the seat log, and the partner's lock."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantTable, loose, moment


class Meter(TenantTable):
    """`rules.peak.Meter`, kept. Whoever changes anything of a partner locks this row first.

    `timezone` and `currency` are the running cycle's. `ends_with_cycle` says that no cycle follows (a closed partner);
    `ended` that the last one is over (rule M26).
    """

    partner = models.OneToOneField("pleamar.Partner", on_delete=models.PROTECT, primary_key=True, related_name="meter")
    index = models.IntegerField(default=0)
    starts_at = moment()
    ends_at = moment()
    timezone = models.TextField()
    currency = models.CharField(max_length=3)
    opening = models.IntegerField(default=0)
    seats = models.IntegerField(default=0)
    peak = models.IntegerField(default=0)
    peak_at = moment()
    peak_batch = loose("pleamar.SeatBatch", db_index=False, null=True, blank=True)
    mark = models.BigIntegerField(default=1)
    last_at = moment(null=True, blank=True)
    ends_with_cycle = models.BooleanField(default=False)
    ended = models.BooleanField(default=False)

    class Meta(TenantTable.Meta):
        db_table = "meter"
        indexes = [models.Index(name="meter_due", fields=["ends_at"], condition=models.Q(ended=False))]
        constraints = [
            models.CheckConstraint(
                name="meter_cycle_has_length", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(name="meter_seats", condition=models.Q(seats__gte=0)),
            models.CheckConstraint(name="meter_peak_is_highest", condition=models.Q(peak__gte=models.F("seats"))),
        ]

    def __str__(self) -> str:
        return f"cycle {self.index}: {self.seats} seats, peak {self.peak}"
