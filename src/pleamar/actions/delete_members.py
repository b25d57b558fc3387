"""Delete members: inactive, and hidden (rule M26). What they were counted for stays provable."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.models import Member
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email


def delete_members(
    partner_id: int, account_id: int, emails: Sequence[str], *, cause: Cause, clock: Clock
) -> SeatChange:
    """The members leave the account's lists and, if active, the count. One that is made active again is seen again.

    Deleting one that is deleted already changes nothing. Refuses `email_invalid`, `member_unknown` (of all, then, none
    is deleted) and what `change_seats` does.
    """
    emails = [checked_email(email) for email in emails]
    wanted = [Wanted(account_id, email, active=False) for email in emails]
    with transaction.atomic():
        change = change_seats(partner_id, wanted, cause=cause, clock=clock)
        members = Member.unscoped.filter(partner_id=partner_id, account_id=account_id, email__in=emails)
        known = set(members.values_list("email", flat=True))
        for email in emails:
            if email not in known:
                raise Refused("member_unknown", email=email)
        members.filter(hidden_at=None).update(hidden_at=change.at or clock())
        return change
