"""Put people on the deny lists of their own customers: they become inactive at once, and stay so (rule M19)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.change_deny_list import DenyListChange, change_deny_list
from pleamar.actions.choose_people import Who, by_account, choose_people
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied


def deny_people(
    partner_id: int, who: Who, *, confirmed: int | None, cause: Cause, clock: Clock, preview: bool = False
) -> dict[int, DenyListChange]:
    """Account id → what became of its list, all or none of them; with `preview` nothing is kept.

    Refuses what `choose_people` and `change_deny_list` do.
    """
    with transaction.atomic():
        chosen = choose_people(partner_id, who, confirmed=confirmed)
        changes = {
            account_id: change_deny_list(
                *(partner_id, account_id, "add", [Denied(email) for email in emails]),
                cause=cause,
                clock=clock,
            )
            for account_id, emails in by_account(chosen).items()
        }
        transaction.set_rollback(preview)
        return changes
