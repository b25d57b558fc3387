"""How partners stand with payment (rules M13, M14)."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantTable, moment

STATES = ["good", "no_card", "past_due", "suspended"]


class Standing(TenantTable):
    """`rules.standing`, kept. A partner without a row was never looked at.

    `overdue_since` is from when the oldest overdue invoice counts; `warned_days` the largest threshold that was told
    since; `suspension_proposed_at` when staff were asked to suspend.
    """

    partner = models.OneToOneField(
        "pleamar.Partner", on_delete=models.PROTECT, primary_key=True, related_name="standing"
    )
    state = models.TextField(choices=[(state, state) for state in STATES])
    overdue_since = moment(null=True, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)
    suspension_proposed_at = moment(null=True, blank=True)
    suspended_at = moment(null=True, blank=True)
    changed_at = moment()

    class Meta(TenantTable.Meta):
        db_table = "standing"
        constraints = [
            models.CheckConstraint(name="standing_state", condition=models.Q(state__in=STATES)),
            models.CheckConstraint(
                name="standing_suspended_at",
                condition=models.Q(state="suspended", suspended_at__isnull=False)
                | (~models.Q(state="suspended") & models.Q(suspended_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.state
