"""Keep which rows of a list of people were refused, so that they can be looked up while it is corrected."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.models import FileImport
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import RowsRefused

_LONGEST_NAME = 200


def keep_refused_members_file(
    partner_id: int, account_id: int, name: str, refused: RowsRefused, *, cause: Cause, now: datetime
) -> FileImport:
    """A file that has `failed` before it began; of what it held only the refused rows. Nobody is changed.

    Whatever list of theirs the same person had refused before goes. Refuses `account_unknown` and `account_is_closed`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        mine = FileImport.unscoped.filter(partner_id=partner_id, account=account, kind="members", state="failed")
        mine.filter(brought_by=cause.actor, outcome__has_key="bad").delete()
        return FileImport.unscoped.create(
            partner_id=partner_id,
            account=account,
            kind="members",
            state="failed",
            name="".join(character for character in name if character.isprintable())[-_LONGEST_NAME:],
            content=b"",
            rows=refused.facts["count"],
            outcome={"refused": refused.code, "facts": refused.facts, "bad": [list(row) for row in refused.rows]},
            brought_by=cause.actor,
            brought_at=now,
            ended_at=now,
        )
