"""Price books: versioned, dated tables of unit prices by quantity."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from pleamar.models.rows import TenantRow, TenantTable, loose, moment, owner


class PriceBook(TenantRow):
    """The monthly book of a currency: everybody's list, or agreed with one partner."""

    public_prefix = "bok"
    currency = models.CharField(max_length=3)
    partner = owner("pleamar.Partner", null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "price_book"
        constraints = [
            models.UniqueConstraint(name="price_book_once", fields=["currency", "partner"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.currency} {'agreed' if self.partner_id else 'list'}"


class PriceVersion(TenantRow):
    """A book's prices from `valid_from` on (None: always). Never edited: a change of price is a new version."""

    public_prefix = "prv"
    book = owner("pleamar.PriceBook", related_name="versions")
    partner = loose("pleamar.Partner", db_index=False, null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    mode = models.TextField(choices=[("volume", "volume"), ("graduated", "graduated")])
    capped = models.BooleanField(default=False)
    created_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "price_version"
        constraints = [
            models.UniqueConstraint(name="price_version_once", fields=["book", "valid_from"], nulls_distinct=False),
            models.CheckConstraint(name="price_version_mode", condition=models.Q(mode__in=["volume", "graduated"])),
        ]

    def __str__(self) -> str:
        return f"{self.mode} from {self.valid_from or 'always'}"


class PriceAnnouncement(TenantTable):
    """What was settled between a partner and a version: it was `told` that prices rise, or need not be (rule M9)."""

    partner = owner("pleamar.Partner", db_index=False)
    version = owner("pleamar.PriceVersion", db_index=False)
    settled_at = moment()
    told = models.BooleanField(default=False)

    class Meta(TenantTable.Meta):
        db_table = "price_announcement"
        constraints = [models.UniqueConstraint(name="price_announcement_once", fields=["partner", "version"])]

    def __str__(self) -> str:
        return f"settled {self.settled_at}"


class PriceTier(TenantTable):
    """From `minimum` seats on, `unit_price` a seat and month, in major units with up to 6 places."""

    version = owner("pleamar.PriceVersion", related_name="tiers")
    partner = loose("pleamar.Partner", db_index=False, null=True, blank=True)
    minimum = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=14, decimal_places=6)

    class Meta(TenantTable.Meta):
        db_table = "price_tier"
        ordering = ["version", "minimum"]
        constraints = [
            models.UniqueConstraint(name="price_tier_once", fields=["version", "minimum"]),
            models.CheckConstraint(name="price_tier_not_negative", condition=models.Q(unit_price__gte=Decimal(0))),
            models.CheckConstraint(name="price_tier_from_one", condition=models.Q(minimum__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.minimum}+: {self.unit_price}"
