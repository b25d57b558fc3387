"""Statements: the frozen record of what an ended cycle costs."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantTable, loose, moment


class Statement(TenantTable):
    """One a closed cycle. `net` is in minor units of `currency`, before tax. `shadow`: priced only to be compared."""

    partner = loose("pleamar.Partner", db_index=False)
    cycle = models.OneToOneField("pleamar.Cycle", on_delete=models.PROTECT, related_name="statement")
    price_version = loose("pleamar.PriceVersion", db_index=False)
    currency = models.CharField(max_length=3)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    net = models.BigIntegerField()
    shadow = models.BooleanField()
    written_at = moment()

    class Meta(TenantTable.Meta):
        db_table = "statement"
        indexes = [models.Index(name="statement_partner", fields=["partner"])]

    def __str__(self) -> str:
        return f"{self.quantity} seats, {self.net} {self.currency}"
