"""Say yes to a list of people that was brought: a worker then brings them in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.models import FileImport
from pleamar.ports.jobs import Jobs
from pleamar.rules.refusals import Refused


def confirm_members_file(
    partner_id: int, account_id: int, file_id: int, *, removals: int, shown: str, actor: str, now: datetime, jobs: Jobs
) -> bool:
    """The file waits for a worker, who is woken; False, and nothing happens, if it did so already or is over.

    `removals` is how many become inactive by it and `shown` names all that it does, as `actor` saw it. Refuses
    `account_unknown`, `account_is_closed` and `members_file_unknown`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        files = FileImport.unscoped.select_for_update()  # it may be dropped as one nobody said yes to
        file = files.filter(partner_id=partner_id, account=account, kind="members", pk=file_id).first()
        if file is None:
            raise Refused("members_file_unknown")
        if file.state != "read":
            return False
        file.state = "waiting"
        said = {"removals": removals, "shown": shown, "confirmed_by": actor, "confirmed_at": now.isoformat()}
        file.options = {**file.options, **said}
        file.save(update_fields=["state", "options"])
        jobs.wake("import_members_file", file_id=file.pk)
        return True
