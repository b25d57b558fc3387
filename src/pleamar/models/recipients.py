"""Who gets a partner's bills by mail."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner


class BillingRecipient(TenantRow):
    """A person who gets the mails about billing, in `language` (empty: the partner's)."""

    public_prefix = "rcp"

    partner = owner("pleamar.Partner", db_index=False)
    email = models.TextField()
    name = models.TextField(blank=True, default="", db_default="")
    language = models.CharField(max_length=5, blank=True, default="", db_default="")
    added_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "billing_recipient"
        constraints = [models.UniqueConstraint(name="billing_recipient_once", fields=["partner", "email"])]

    def __str__(self) -> str:
        return self.email
