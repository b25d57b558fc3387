"""Delete members: inactive, and hidden (rule M26). What they were counted for stays provable."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
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
        account = lock_account(partner_id, account_id)
        members = {one.email: one for one in Member.unscoped.filter(account=account, email__in=emails).order_by("pk")}
        for email in emails:
            if email not in members:
                raise Refused("member_unknown", email=email)
        change = change_seats(partner_id, wanted, cause=cause, clock=clock)
        listed = [member for member in members.values() if member.hidden_at is None]
        if listed:
            at = change.at or clock()
            Member.unscoped.filter(pk__in=[member.pk for member in listed]).update(hidden_at=at)
            # By id, not by address, so that a person can be forgotten while the trail stays as it is (rule P2).
            ids = [member.public_id for member in listed]
            record_act("delete members", account.public_id, cause=cause, at=at, partner_id=partner_id, members=ids)
        return change
