"""What the vendor has set differently from what Pleamar is shipped with."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import moment


class Setting(models.Model):
    """One of `rules.settings`, by its name there. A setting without a row has the shipped value."""

    name = models.TextField(primary_key=True)
    value = models.JSONField()
    changed_at = moment()

    objects = models.Manager["Setting"]()

    class Meta:
        db_table = "setting"

    def __str__(self) -> str:
        return self.name
