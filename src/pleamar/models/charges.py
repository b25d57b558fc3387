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


DECLINE_CLASSES = ["", "soft", "hard", "withdrawn"]


class Charge(TenantRow):
    """One attempt. The row, its uid and its attempt numbers are committed before anything is sent to the provider.

    `request` is what is sent to create the payment, the same to the letter however often it is sent. Whoever drives the
    charge holds a lease until `leased_until`, in real time; `lease` numbers them, so that whoever lost it can change
    nothing any more. `due_at`: when it is to be driven next, none once it is settled. `stuck_because`: why
    the last driver got no further; it passes by itself. `problem` waits for a person, and stays.
    """

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
    request = models.JSONField(null=True, blank=True)
    lease = models.BigIntegerField(default=0, db_default=0)
    leased_until = moment(null=True, blank=True)
    due_at = moment(null=True, blank=True)
    decline_code = models.TextField(blank=True, default="", db_default="")
    decline_class = models.TextField(
        blank=True, default="", db_default="", choices=[(name, name) for name in DECLINE_CLASSES]
    )
    action_since = moment(null=True, blank=True)
    stuck_because = models.TextField(blank=True, default="", db_default="")
    problem = models.TextField(blank=True, default="", db_default="")
    planned_at = moment()
    settled_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "charge"
        indexes = [
            models.Index(
                name="charge_unsettled",
                fields=["due_at"],
                condition=~models.Q(state__in=["succeeded", "canceled"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(name="charge_provider_id_once", fields=["provider_id"]),
            models.CheckConstraint(name="charge_state", condition=models.Q(state__in=CHARGE_STATES)),
            models.CheckConstraint(name="charge_positive", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(name="charge_decline", condition=models.Q(decline_class__in=DECLINE_CLASSES)),
            models.CheckConstraint(
                name="charge_due_until_settled",
                condition=models.Q(state__in=["succeeded", "canceled"], due_at=None)
                | (~models.Q(state__in=["succeeded", "canceled"]) & models.Q(due_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.state}"


class ChargeAllocation(TenantTable):
    """What part of a charge is for which invoice. One live allocation an invoice: nothing is charged twice.

    `owed` is what the invoice owed when it was planned; `applied` what it took of the money when that came, the rest is
    the partner's credit; `reversed` what a lost dispute took back of that.
    """

    partner = loose("pleamar.Partner", db_index=False)
    charge = loose("pleamar.Charge", related_name="allocations")
    invoice = loose("pleamar.Invoice", related_name="allocations", db_index=False)
    amount = models.BigIntegerField()
    owed = models.BigIntegerField()
    applied = models.BigIntegerField(default=0, db_default=0)
    reversed = models.BigIntegerField(default=0, db_default=0)
    live = models.BooleanField(default=True)

    class Meta(TenantTable.Meta):
        db_table = "charge_allocation"
        constraints = [
            models.UniqueConstraint(
                name="charge_allocation_one_live", fields=["invoice"], condition=models.Q(live=True)
            ),
            models.CheckConstraint(
                name="charge_allocation_positive", condition=models.Q(amount__gt=0, owed__gte=models.F("amount"))
            ),
            models.CheckConstraint(
                name="charge_allocation_applied",
                condition=models.Q(applied__lte=models.F("amount"), reversed__lte=models.F("applied"), reversed__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
