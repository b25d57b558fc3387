"""Accounts: the customers' organisations."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner


class Account(TenantRow):
    """One customer organisation of a partner.

    The counts are written by `change_seats` alone, under the partner's meter lock: `active_members` whoever is active;
    `seats` those of them that are billed; the others are `rules.peak.AccountCount`, word for word.
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

    active_members = models.PositiveIntegerField(default=0)
    seats = models.PositiveIntegerField(default=0)
    seats_at_peak = models.PositiveIntegerField(default=0)
    mark = models.BigIntegerField(default=0)
    own_peak = models.PositiveIntegerField(default=0)
    own_peak_cycle = models.IntegerField(default=-1)

    class Meta(TenantRow.Meta):
        db_table = "account"
        constraints = [
            models.UniqueConstraint(name="account_name_once", fields=["partner", "name"]),
            models.UniqueConstraint(name="account_one_internal", fields=["partner"], condition=models.Q(internal=True)),
            models.CheckConstraint(name="account_state", condition=models.Q(state__in=["trial", "live", "closed"])),
            models.CheckConstraint(name="account_model", condition=models.Q(model__in=["monthly", "annual"])),
            models.CheckConstraint(
                name="account_seats_are_its_billed_members",
                condition=models.Q(model="monthly", state="live", internal=False, seats=models.F("active_members"))
                | (~models.Q(model="monthly", state="live", internal=False) & models.Q(seats=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
