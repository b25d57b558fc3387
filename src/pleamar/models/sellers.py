"""Who sells: the vendor's legal entities."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models

from pleamar.models.rows import Row


class Seller(Row):
    """A legal entity with its tax identity and number series. Issue dates are days in its `timezone`."""

    public_prefix = "sel"
    objects: ClassVar[models.Manager[Seller]] = models.Manager()

    name = models.TextField(unique=True)
    address = models.TextField(blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    tax_id = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    timezone = models.TextField(default="UTC")
    # Its own, so that an invoice number names one invoice of the whole installation.
    invoice_series = models.TextField(default="INV", unique=True)
    # Percent. None: tax is not set up; invoices then carry rate 0 and say so (rule M25).
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True, default=None)
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "seller"
        constraints = [
            models.UniqueConstraint(
                name="seller_one_default", fields=["is_default"], condition=models.Q(is_default=True)
            ),
            models.CheckConstraint(
                name="seller_tax_rate",
                condition=models.Q(tax_rate__isnull=True) | models.Q(tax_rate__range=(Decimal(0), Decimal(100))),
            ),
        ]

    def __str__(self) -> str:
        return self.name
