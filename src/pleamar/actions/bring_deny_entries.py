"""Keep what somebody would put on a deny list, until they have seen whom it makes inactive and said yes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pleamar.actions.change_deny_list import How
from pleamar.actions.lock_account import lock_account
from pleamar.models import FileImport
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied


def bring_deny_entries(
    partner_id: int, account_id: int, how: How, entries: Sequence[Denied], *, cause: Cause, now: datetime
) -> FileImport:
    """The entries as a file, `read` and nothing more. What the same person brought before for it and left is dropped.

    The cause's reason is that of those without one of their own. Refuses `account_unknown`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id)
        mine = FileImport.unscoped.filter(partner_id=partner_id, account=account, kind="deny_list", state="read")
        mine.filter(brought_by=cause.actor).delete()
        return FileImport.unscoped.create(
            partner_id=partner_id,
            account=account,
            kind="deny_list",
            content=json.dumps([[entry.pattern, entry.reason] for entry in entries]).encode(),
            rows=len(entries),
            options={"how": how, "reason": cause.reason},
            brought_by=cause.actor,
            brought_at=now,
        )
