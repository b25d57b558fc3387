"""Partners: the MSPs that resell the product."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from pleamar.models.rows import TenantRow, moment, owner


class Partner(TenantRow):
    """An MSP; or, as `direct`, the owner of an annual account's rows, which are in no MSP's section (rule A7).

    `created_at` starts its first cycle and, as a day in its zone, is the `anchor` of all (rule M8). Zone and currency
    here are the ones of its next cycle; the running one has its own on the meter (rules M8, M26). `invoiced_from` is
    the first cycle start that is invoiced: None while a history runs in shadow. `manager_name` and `manager_contact`
    are the vendor's person for it (rule M24).
    """

    public_prefix = "par"

    seller = owner("pleamar.Seller")
    kind = models.TextField(default="msp", choices=[("msp", "msp"), ("direct", "direct")])
    name = models.TextField()
    legal_name = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    tax_id = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    language = models.CharField(max_length=5, default="en")
    manager_name = models.TextField(blank=True, default="", db_default="")
    manager_contact = models.TextField(blank=True, default="", db_default="")
    currency = models.CharField(max_length=3)
    timezone = models.TextField(default="UTC")
    created_at = moment()
    anchor = models.DateField()
    invoiced_from = moment(null=True, blank=True)
    closed_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "partner"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="partner_name_once"),
            models.CheckConstraint(name="partner_kind", condition=models.Q(kind__in=["msp", "direct"])),
        ]

    def __str__(self) -> str:
        return self.name
