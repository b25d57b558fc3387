"""Histories brought from other systems."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantRow, moment


class HistoryImport(TenantRow):
    """The one history file of a partner and how it was read; the same file again changes nothing."""

    public_prefix = "his"

    partner = models.OneToOneField("pleamar.Partner", on_delete=models.PROTECT, related_name="history_import")
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    until = moment()
    imported_at = moment()

    class Meta(TenantRow.Meta):
        db_table = "history_import"

    def __str__(self) -> str:
        return self.file_name
