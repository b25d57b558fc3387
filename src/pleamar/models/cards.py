"""Cards that partners pay with. Never a card's number: the provider's reference, and what may be shown of it."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, TenantTable, moment, owner


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
    removed_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "card"
        constraints = [
            models.UniqueConstraint(name="card_once", fields=["provider", "provider_reference"]),
            models.UniqueConstraint(name="card_one_in_use", fields=["partner"], condition=models.Q(in_use=True)),
        ]

    def __str__(self) -> str:
        return f"{self.brand} ···· {self.last4}"


class GatewayCustomer(TenantTable):
    """A partner as a provider knows it: made once, before its first card.

    `reference` is unknown until it was answered. `request` is what it was asked with, the same at every try of one
    `attempt`; the next attempt has another key.
    """

    partner = owner("pleamar.Partner", db_index=False)
    provider = models.TextField()
    reference = models.TextField(null=True, blank=True)  # noqa: DJ001 - unknown until it is made
    attempt = models.PositiveSmallIntegerField(default=1, db_default=1)
    request = models.JSONField(default=dict)

    class Meta(TenantTable.Meta):
        db_table = "gateway_customer"
        constraints = [
            models.UniqueConstraint(name="gateway_customer_once", fields=["partner", "provider"]),
            models.UniqueConstraint(name="gateway_customer_of_one", fields=["provider", "reference"]),
        ]

    def __str__(self) -> str:
        return self.reference or ""


class CardSetup(TenantRow):
    """A hosted page that was opened for a partner to enter a card on; known to the provider by `provider_reference`."""

    public_prefix = "set"

    partner = owner("pleamar.Partner")
    provider = models.TextField()
    provider_reference = models.TextField(null=True, blank=True)  # noqa: DJ001 - unknown until it is opened
    state = models.TextField(default="open", choices=[(state, state) for state in ("open", "complete", "expired")])
    opened_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "card_setup"
        constraints = [models.UniqueConstraint(name="card_setup_once", fields=["provider", "provider_reference"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.state}"
