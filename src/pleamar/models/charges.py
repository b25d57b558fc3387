"""Charges: attempts to collect invoices by card."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, TenantTable, loose, moment, owner

CHARGE_STATES = [
    "planned",
    "creating",
    "ready",
    "confirming",
    "processing",
    "action_required",
    "succeeded",
    "failed",
    "canceled",
]


class Charge(TenantRow):
    """One attempt. The row, its uid and its attempt numbers are committed before anything is sent to the provider."""

    public_prefix = "chg"

    partner = owner("pleamar.Partner", related_name="charges")
    card = owner("pleamar.Card", db_index=False)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    state = models.TextField(default="planned", choices=[(state, state) for state in CHARGE_STATES])
    provider_id = models.TextField(null=True, blank=True)  # noqa: DJ001 - unknown until it is created
    create_attempt = models.PositiveSmallIntegerField(default=0, db_default=0)
    confirm_attempt = models.PositiveSmallIntegerField(default=0, db_default=0)
    create_sent_at = moment(null=True, blank=True)
    confirm_sent_at = moment(null=True, blank=True)
    decline_code = models.TextField(blank=True, default="", db_default="")
    planned_at = moment()
    settled_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "charge"
        indexes = [
            models.Index(
                name="charge_unsettled",
                fields=["id"],
                condition=~models.Q(state__in=["succeeded", "canceled"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(name="charge_provider_id_once", fields=["provider_id"]),
            models.CheckConstraint(name="charge_state", condition=models.Q(state__in=CHARGE_STATES)),
            models.CheckConstraint(name="charge_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.state}"


class ChargeAllocation(TenantTable):
    """What part of a charge is for which invoice. One live allocation an invoice: nothing is charged twice."""

    partner = loose("pleamar.Partner", db_index=False)
    charge = loose("pleamar.Charge", related_name="allocations")
    invoice = loose("pleamar.Invoice", related_name="allocations", db_index=False)
    amount = models.BigIntegerField()
    live = models.BooleanField(default=True)

    class Meta(TenantTable.Meta):
        db_table = "charge_allocation"
        constraints = [
            models.UniqueConstraint(
                name="charge_allocation_one_live", fields=["invoice"], condition=models.Q(live=True)
            ),
            models.CheckConstraint(name="charge_allocation_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
