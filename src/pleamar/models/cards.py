"""Cards that partners pay with. Never a card's number: the provider's reference, and what may be shown of it."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner


class Card(TenantRow):
    """A card at the provider. A partner has one in use at most; the others are kept for what was charged to them."""

    public_prefix = "crd"

    partner = owner("pleamar.Partner", related_name="cards")
    provider = models.TextField()
    provider_customer = models.TextField()
    provider_reference = models.TextField()
    brand = models.TextField()
    last4 = models.CharField(max_length=4)
    expires_month = models.PositiveSmallIntegerField()
    expires_year = models.PositiveSmallIntegerField()
    in_use = models.BooleanField(default=True)
    usable = models.BooleanField(default=True)
    added_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "card"
        constraints = [
            models.UniqueConstraint(name="card_once", fields=["provider", "provider_reference"]),
            models.UniqueConstraint(name="card_one_in_use", fields=["partner"], condition=models.Q(in_use=True)),
        ]

    def __str__(self) -> str:
        return f"{self.brand} ···· {self.last4}"
