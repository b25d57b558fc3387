"""Keep a file of customers that somebody brought, until they have seen what it would do and said yes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.models import FileImport
from pleamar.rules.causes import Cause

_LONGEST_NAME = 200


def bring_accounts_file(
    partner_id: int, name: str, content: bytes, *, rows: int, cause: Cause, now: datetime
) -> FileImport:
    """The file, `read` and nothing more: no customer is opened. Of its name the end is kept."""
    with transaction.atomic():
        return FileImport.unscoped.create(
            partner_id=partner_id,
            kind="accounts",
            name="".join(character for character in name if character.isprintable())[-_LONGEST_NAME:],
            content=content,
            rows=rows,
            brought_by=cause.actor,
            brought_at=now,
        )
