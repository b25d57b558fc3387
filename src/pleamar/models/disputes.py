"""What happened to a payment at the provider after it had succeeded: disputes, and refunds made there."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner

DISPUTE_STATES = ["open", "won", "lost"]


class Dispute(TenantRow):
    """The cardholder's bank takes `amount` of a charge back until it is decided; if it is lost, for good."""

    public_prefix = "dsp"

    partner = owner("pleamar.Partner")
    charge = owner("pleamar.Charge", related_name="disputes")
    provider = models.TextField()
    provider_reference = models.TextField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    state = models.TextField(choices=[(state, state) for state in DISPUTE_STATES])
    opened_at = moment()
    closed_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "dispute"
        constraints = [
            models.UniqueConstraint(name="dispute_once", fields=["provider", "provider_reference"]),
            models.CheckConstraint(name="dispute_state", condition=models.Q(state__in=DISPUTE_STATES)),
            models.CheckConstraint(name="dispute_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.state}"


class OutsideRefund(TenantRow):
    """Money of a charge that was given back at the provider, past Pleamar: noted and booked, for staff to explain."""

    public_prefix = "rfd"

    partner = owner("pleamar.Partner")
    charge = owner("pleamar.Charge", related_name="refunds")
    provider = models.TextField()
    provider_reference = models.TextField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    noted_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "outside_refund"
        constraints = [
            models.UniqueConstraint(name="outside_refund_once", fields=["provider", "provider_reference"]),
            models.CheckConstraint(name="outside_refund_positive", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
