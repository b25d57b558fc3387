"""The audit trail: every act that changes money, seats or access. The database refuses to change it."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, loose, moment


class AuditEvent(TenantRow):
    """Who did what, when and why. `partner` is null for an act on the whole installation."""

    public_prefix = "aud"

    partner = loose("pleamar.Partner", null=True, blank=True, db_index=False)
    at = moment()
    actor = models.TextField()
    act = models.TextField()
    subject = models.TextField()
    reason = models.TextField(blank=True, default="", db_default="")
    facts = models.JSONField(default=dict)

    class Meta(TenantRow.Meta):
        db_table = "audit_event"
        indexes = [models.Index(name="audit_event_partner_at", fields=["partner", "at"])]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
