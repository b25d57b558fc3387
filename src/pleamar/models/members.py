"""Members: the people in an account."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, loose, moment, owner


class Member(TenantRow):
    """A person in an account, known by e-mail (trimmed, case-folded). Deleting one is: inactive, and hidden (M26).

    `stays_out`: somebody made the person inactive while the account's billing is stopped, so resuming it leaves them
    out (rule M22); it ends with that stop.
    """

    public_prefix = "mem"

    partner = loose("pleamar.Partner", db_index=False)
    account = owner("pleamar.Account", related_name="members", db_index=False)
    email = models.TextField()
    display_name = models.TextField(blank=True, default="", db_default="")
    external_id = models.TextField(null=True, blank=True)  # noqa: DJ001 - none and empty differ for a directory
    active = models.BooleanField()
    hidden_at = moment(null=True, blank=True)
    stays_out = models.BooleanField(default=False, db_default=False)

    class Meta(TenantRow.Meta):
        db_table = "member"
        constraints = [
            models.UniqueConstraint(name="member_email_once", fields=["account", "email"]),
            models.CheckConstraint(
                name="member_hidden_is_inactive",
                condition=models.Q(hidden_at__isnull=True) | models.Q(active=False),
            ),
        ]

    def __str__(self) -> str:
        return self.email
