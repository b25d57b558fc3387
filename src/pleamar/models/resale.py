"""What a partner writes down about reselling: its own names and prices, which Pleamar never charges anybody."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner


class ResaleTerms(TenantRow):
    """How a partner bills one of its customers: its reference for it, its product's code, its price a user and cycle.

    `currency` is that of `unit_price`; both are there or neither is.
    """

    public_prefix = "rsl"

    partner = owner("pleamar.Partner")
    account = models.OneToOneField("pleamar.Account", on_delete=models.PROTECT, related_name="resale_terms")
    reference = models.TextField(blank=True, default="", db_default="")
    product_code = models.TextField(blank=True, default="", db_default="")
    unit_price = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    changed_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "resale_terms"
        constraints = [
            models.CheckConstraint(
                name="resale_terms_price_has_a_currency",
                condition=(models.Q(unit_price__isnull=True) & models.Q(currency=""))
                | (models.Q(unit_price__gte=0) & ~models.Q(currency="")),
            )
        ]

    def __str__(self) -> str:
        return self.reference
