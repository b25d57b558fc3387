"""Open the customers of a file that was brought, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.models import Account, FileImport
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def open_accounts_of_file(
    partner_id: int, file_id: int, wanted: Sequence[NewAccount], *, cause: Cause, clock: Clock
) -> list[Account]:
    """The accounts, all or none; no more of them where that was done already. Its contents are not kept any longer.

    Refuses `accounts_file_unknown`, and what `open_accounts` does.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        files = FileImport.unscoped.select_for_update()  # it may be dropped as one nobody said yes to
        file = files.filter(partner_id=partner_id, pk=file_id, kind="accounts").first()
        if file is None:
            raise Refused("accounts_file_unknown")
        if file.state != "read":
            return []
        opened = open_accounts(partner_id, wanted, cause=replace(cause, reference=file.name), clock=clock)
        file.state, file.content, file.ended_at = "done", b"", clock()
        file.outcome = {"opened": len(opened)}
        file.save(update_fields=["state", "content", "outcome", "ended_at"])
        return opened
