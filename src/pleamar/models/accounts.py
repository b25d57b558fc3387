"""Accounts: the customers' organisations."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, loose, moment, owner


class Account(TenantRow):
    """One customer organisation of a partner.

    The counts are written by `change_seats` alone, under the partner's meter lock: `active_members` whoever is active;
    `seats` those of them that are billed; the others are `rules.peak.AccountCount`, word for word.

    A trial is free until `trial_ends_at`, up to `trial_member_limit` members; `trial_set_at` is when it was opened or
    last extended, `trial_expired_at` when its end was told. `activation_due_at` is the start of the cycle at which it
    is to go live, as `activation_cause` asked (rule M20). Suspending blocks its people and changes no bill; what
    "stop billing" made inactive is named by its batch (rule M22).
    """

    public_prefix = "acc"

    partner = owner("pleamar.Partner", related_name="accounts", db_index=False)
    name = models.TextField()
    model = models.TextField(default="monthly", choices=[("monthly", "monthly"), ("annual", "annual")])
    state = models.TextField(choices=[("trial", "trial"), ("live", "live"), ("closed", "closed")])
    internal = models.BooleanField(default=False)
    member_limit = models.PositiveIntegerField(null=True, blank=True)
    created_at = moment()
    closed_at = moment(null=True, blank=True)

    trial_member_limit = models.PositiveIntegerField(null=True, blank=True)
    trial_ends_at = moment(null=True, blank=True)
    trial_set_at = moment(null=True, blank=True)
    trial_expired_at = moment(null=True, blank=True)
    activation_due_at = moment(null=True, blank=True)
    activation_cause = models.JSONField(null=True, blank=True)
    suspended_at = moment(null=True, blank=True)
    suspended_because = models.TextField(blank=True, default="", db_default="")
    billing_stopped_at = moment(null=True, blank=True)
    billing_stopped_batch = loose("pleamar.SeatBatch", db_index=False, null=True, blank=True)

    active_members = models.PositiveIntegerField(default=0)
    seats = models.PositiveIntegerField(default=0)
    seats_at_peak = models.PositiveIntegerField(default=0)
    mark = models.BigIntegerField(default=0)
    own_peak = models.PositiveIntegerField(default=0)
    own_peak_cycle = models.IntegerField(default=-1)

    class Meta(TenantRow.Meta):
        db_table = "account"
        indexes = [
            models.Index(name="account_trial", fields=["trial_ends_at"], condition=models.Q(state="trial")),
            models.Index(
                name="account_activation",
                fields=["activation_due_at"],
                condition=models.Q(activation_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="account_name_once", fields=["partner", "name"]),
            models.UniqueConstraint(name="account_one_internal", fields=["partner"], condition=models.Q(internal=True)),
            models.CheckConstraint(name="account_state", condition=models.Q(state__in=["trial", "live", "closed"])),
            models.CheckConstraint(name="account_model", condition=models.Q(model__in=["monthly", "annual"])),
            models.CheckConstraint(
                name="account_activation_of_a_trial",
                condition=models.Q(activation_due_at__isnull=True, activation_cause__isnull=True)
                | models.Q(activation_due_at__isnull=False, activation_cause__isnull=False, state="trial"),
            ),
            models.CheckConstraint(
                name="account_seats_are_its_billed_members",
                condition=models.Q(model="monthly", state="live", internal=False, seats=models.F("active_members"))
                | (~models.Q(model="monthly", state="live", internal=False) & models.Q(seats=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
