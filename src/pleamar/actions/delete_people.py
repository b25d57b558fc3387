"""Delete people of one customer or of several: inactive, and hidden (rule M26)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.choose_people import Who, by_account, choose_people
from pleamar.actions.delete_members import delete_members
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


def delete_people(partner_id: int, who: Who, *, confirmed: int | None, cause: Cause, clock: Clock) -> int:
    """Everybody chosen leaves the lists, all or none of them; how many they were. Refuses as `choose_people` does."""
    with transaction.atomic():
        chosen = choose_people(partner_id, who, confirmed=confirmed)
        for account_id, emails in by_account(chosen).items():
            delete_members(partner_id, account_id, emails, cause=cause, clock=clock)
        return len(chosen)
