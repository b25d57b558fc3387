"""Keep a list of people that somebody brought, until they have seen what it would do and said yes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.models import FileImport
from pleamar.rules.causes import Cause

_LONGEST_NAME = 200


def bring_members_file(
    partner_id: int,
    account_id: int,
    name: str,
    content: bytes,
    *,
    rows: int,
    full_list: bool,
    cause: Cause,
    now: datetime,
) -> FileImport:
    """The file, `read` and nothing more: nobody is changed. What the same person brought before and left is dropped.

    Of its name the end is kept. Refuses `account_unknown` and `account_is_closed`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        mine = FileImport.unscoped.filter(partner_id=partner_id, account=account, kind="members", state="read")
        mine.filter(brought_by=cause.actor).delete()
        return FileImport.unscoped.create(
            partner_id=partner_id,
            account=account,
            kind="members",
            name="".join(character for character in name if character.isprintable())[-_LONGEST_NAME:],
            content=content,
            rows=rows,
            options={"full_list": full_list},
            brought_by=cause.actor,
            brought_at=now,
        )
