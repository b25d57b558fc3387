"""This installation of Pleamar: what it is, once and for all."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models

from pleamar.models.rows import moment


class Installation(models.Model):
    """The one row. `mode` is written once; the database refuses to change it, and to move the clock of a live one.

    `fingerprint` is kept here and beside the database, `place` names the server and database it was last seen in:
    where one of them differs, this is a copy, and nothing is collected until it was compared with the provider:
    what was sent to it since `unsure_since` may be forgotten here.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    mode = models.TextField(choices=[("sandbox", "sandbox"), ("live", "live")])
    clock_offset = models.DurationField(default=timedelta(0))
    created_at = moment()
    fingerprint = models.UUIDField(null=True, blank=True)
    place = models.TextField(blank=True, default="", db_default="")
    collection_paused_at = moment(null=True, blank=True)
    unsure_since = moment(null=True, blank=True)
    collection_paused_because = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "installation"
        constraints = [
            models.CheckConstraint(name="installation_is_one", condition=models.Q(id=1)),
            models.CheckConstraint(name="installation_mode", condition=models.Q(mode__in=["sandbox", "live"])),
            models.CheckConstraint(
                name="installation_live_clock_is_real",
                condition=models.Q(mode="sandbox") | models.Q(clock_offset=timedelta(0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} installation {self.uid}"
