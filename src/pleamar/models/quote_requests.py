"""What partners ask of the vendor's account managers."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner


class QuoteRequest(TenantRow):
    """A partner would like a quote for an annual account: whom for, how many, and what it wrote beside that."""

    public_prefix = "qrq"

    partner = owner("pleamar.Partner")
    customer = models.TextField()
    members = models.PositiveIntegerField()
    message = models.TextField(blank=True, default="", db_default="")
    asked_by = models.TextField()
    asked_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "quote_request"

    def __str__(self) -> str:
        return f"{self.members} for {self.customer}"
