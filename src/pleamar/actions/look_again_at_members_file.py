"""Take back a list of people that was not brought in, because it did something else by then than was shown."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.models import FileImport


def look_again_at_members_file(partner_id: int, account_id: int, file_id: int) -> bool:
    """The file is `read` again, as before the yes; False, and nothing happens, where it holds nothing any more.

    Refuses `account_unknown` and `account_is_closed`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        files = FileImport.unscoped.select_for_update()
        failed = files.filter(
            partner_id=partner_id, account=account, kind="members", pk=file_id, state="failed"
        ).first()
        if failed is None or not bytes(failed.content):
            return False
        failed.state, failed.outcome, failed.ended_at = "read", {}, None
        failed.options = {"full_list": failed.options.get("full_list", False)}
        failed.save(update_fields=["state", "outcome", "ended_at", "options"])
        return True
