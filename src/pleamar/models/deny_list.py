"""Deny lists: addresses of an account that must never be active."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, loose, moment, owner


class DenyEntry(TenantRow):
    """An address, or a `pattern` of addresses in which `*` stands for any characters; `like` is the same for SQL.

    `like` is none where the pattern is one address.
    """

    public_prefix = "dny"

    partner = loose("pleamar.Partner", db_index=False)
    account = owner("pleamar.Account", db_index=False)
    pattern = models.TextField()
    like = models.TextField(null=True, blank=True)  # noqa: DJ001 - none: one address
    reason = models.TextField(blank=True, default="", db_default="")
    added_at = moment()
    added_by = models.TextField()

    class Meta(TenantRow.Meta):
        db_table = "deny_entry"
        indexes = [models.Index(name="deny_entry_patterns", fields=["account"], condition=models.Q(like__isnull=False))]
        constraints = [models.UniqueConstraint(name="deny_entry_once", fields=["account", "pattern"])]

    def __str__(self) -> str:
        return self.pattern
