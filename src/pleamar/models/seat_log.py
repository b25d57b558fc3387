"""The append-only record of every change in seats, and why. The database refuses to change or remove a row of it."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantTable, loose, moment


class SeatBatch(TenantTable):
    """Changes made together: one moment of one partner (rule M6), who made them, by what means and why.

    `seats_after` is the partner's seats after it, as the log adds up. `occurred_at` is what a caller says of when it
    happened: a note, never the time that counts (rule M27).
    """

    partner = loose("pleamar.Partner", db_index=False)
    at = moment()
    actor = models.TextField()
    means = models.TextField()
    reference = models.TextField(blank=True, default="", db_default="")
    reason = models.TextField(blank=True, default="", db_default="")
    occurred_at = moment(null=True, blank=True)
    seats_after = models.IntegerField()

    class Meta(TenantTable.Meta):
        db_table = "seat_batch"
        constraints = [models.UniqueConstraint(name="seat_batch_one_a_moment", fields=["partner", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S.%f} {self.means} by {self.actor}"


class SeatLogEntry(TenantTable):
    """One member's change (`delta` ±1), or one account's change of state (`member` null, `delta` = its seats).

    `billable` says whether the row counted in the partner's seats: the partner's count is the sum of `delta` over
    billable rows, an account's own the sum over its member rows. Members are named by id, so that erasing a person
    breaks no proof (rule P2). Nothing refers to this table: it is the one that will be partitioned by month.
    """

    partner = loose("pleamar.Partner", db_index=False)
    account = loose("pleamar.Account", db_index=False)
    member = loose("pleamar.Member", db_index=False, null=True, blank=True)
    batch = loose("pleamar.SeatBatch", db_index=False)
    at = moment()
    delta = models.IntegerField()
    billable = models.BooleanField()
    state = models.TextField(null=True, blank=True)  # noqa: DJ001 - null for a member's row

    class Meta(TenantTable.Meta):
        db_table = "seat_log"
        indexes = [
            models.Index(name="seat_log_partner_at", fields=["partner", "at"]),
            models.Index(name="seat_log_member_at", fields=["member", "at"], condition=models.Q(member__isnull=False)),
            # A handful of rows among millions: when an account was opened, activated, closed.
            models.Index(
                name="seat_log_account_state", fields=["account", "at"], condition=models.Q(member__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="seat_log_member_or_state",
                condition=models.Q(member__isnull=True, state__isnull=False)
                | models.Q(member__isnull=False, state__isnull=True, delta__in=[-1, 1]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.delta:+d}"
