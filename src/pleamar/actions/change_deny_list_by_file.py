"""Change a deny list by what was brought for it, once."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from pleamar.actions.change_deny_list import DenyListChange, change_deny_list
from pleamar.actions.lock_account import lock_account
from pleamar.models import FileImport
from pleamar.ports.clock import Clock
from pleamar.queries.deny_files import find_deny_file
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def change_deny_list_by_file(
    partner_id: int, account_id: int, public_id: str, *, cause: Cause, clock: Clock
) -> DenyListChange:
    """What it changed. Its entries are not kept any longer, only how many were added, taken off, made inactive.

    Refuses `deny_file_unknown`, `deny_file_done` where that was done already, and what `change_deny_list` does.
    """
    with transaction.atomic():
        lock_account(partner_id, account_id)
        file = find_deny_file(Scope(partner_id), account_id, public_id)
        kept = FileImport.unscoped.select_for_update().filter(pk=file.id).first()  # it may be dropped as left
        if kept is None:
            raise Refused("deny_file_unknown")
        cause = replace(cause, reason=file.reason)
        change = change_deny_list(partner_id, account_id, file.how, file.entries, cause=cause, clock=clock)
        kept.state, kept.content, kept.ended_at = "done", b"", clock()
        counts = (len(change.added), len(change.removed), len(change.deactivated))
        kept.outcome = dict(zip(("added", "removed", "deactivated"), counts, strict=True))
        kept.save(update_fields=["state", "content", "outcome", "ended_at"])
        return change
