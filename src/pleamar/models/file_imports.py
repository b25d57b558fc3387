"""Files that partners bring: read, shown, and then worked on by a job, so that nobody waits for a page."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment, owner

KINDS = ["members", "accounts", "deny_list"]
STATES = ["read", "waiting", "done", "failed"]


class FileImport(TenantRow):
    """A file that somebody brought. `read` until they say yes to what it would do; then `waiting` for the job, if any.

    `content` is the file itself, emptied once it is over. `rows` is how many it has, `outcome` what became of them:
    counts and refused rows, all plain JSON. `options` are what was chosen beside the file.
    """

    public_prefix = "fil"

    partner = owner("pleamar.Partner")
    account = owner("pleamar.Account", null=True, blank=True)
    kind = models.TextField(choices=[(kind, kind) for kind in KINDS])
    state = models.TextField(choices=[(state, state) for state in STATES], default="read")
    name = models.TextField()
    content = models.BinaryField()
    rows = models.PositiveIntegerField(default=0)
    options = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    brought_by = models.TextField()
    brought_at = moment()
    ended_at = moment(null=True, blank=True)

    class Meta(TenantRow.Meta):
        db_table = "file_import"
        constraints = [
            models.CheckConstraint(name="file_import_kind", condition=models.Q(kind__in=KINDS)),
            models.CheckConstraint(name="file_import_state", condition=models.Q(state__in=STATES)),
        ]

    def __str__(self) -> str:
        return self.name
