"""Resume the billing of an account: exactly those are active again who were when it was stopped (rule M22)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account, Member
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


@dataclass(frozen=True, slots=True)
class BillingResumed:
    """What resuming did, or with `preview` would do.

    `gone` are those who were active when billing was stopped and were deleted or moved away since; `change` names who
    is on the deny list by now, or does not fit under the limit. `kept_out` were made inactive by somebody meanwhile.
    """

    change: SeatChange
    gone: tuple[str, ...]
    kept_out: tuple[str, ...]
    preview: bool


def resume_billing(
    partner_id: int, account_id: int, *, cause: Cause, clock: Clock, preview: bool = False
) -> BillingResumed:
    """Who was made inactive by `stop_billing` is active again, as one batch, and the account counts from now on.

    Who was inactive before stays so, and so does who was made inactive by hand or by a list meanwhile. Resuming what
    was not stopped changes nothing. With `preview` everything is worked out and nothing is kept. Refuses
    `account_unknown`, `account_is_closed` and `partner_closed`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        there, gone, kept_out = _stopped_members(account)
        wanted = [Wanted(account_id, email, active=True) for email in there]
        change = change_seats(partner_id, wanted, cause=cause, clock=clock, resuming=account_id)
        if account.billing_stopped_at is not None:
            account.billing_stopped_at, account.billing_stopped_batch = None, None
            account.save(update_fields=["billing_stopped_at", "billing_stopped_batch"])
            Member.unscoped.filter(account=account, stays_out=True).update(stays_out=False)
            left = len(gone) + len(kept_out) + len(change.denied) + len(change.over_limit)
            told = {"partner_id": partner_id, "members": change.activated, "left": left}
            record_act("resume billing", account.public_id, cause=cause, at=change.at or clock(), **told)
        transaction.set_rollback(preview)
    return BillingResumed(change, gone, kept_out, preview)


def _stopped_members(account: Account) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    """Of those whom the stop made inactive: who comes back, who left the account's lists, and who stays out."""
    with connection.cursor() as cursor:
        # By its time too: the log has no index by batch.
        cursor.execute(
            """
            SELECT member.email,
                CASE WHEN member.hidden_at IS NOT NULL THEN 'gone' WHEN stays_out THEN 'out' ELSE 'back' END
            FROM seat_log JOIN member ON member.id = seat_log.member_id
            WHERE seat_log.partner_id = %s AND seat_log.at = %s AND seat_log.batch_id = %s
                AND seat_log.account_id = %s AND seat_log.delta = -1
            ORDER BY member.email
            """,
            [account.partner_id, account.billing_stopped_at, account.billing_stopped_batch_id, account.pk],
        )
        rows = cursor.fetchall()
    there, gone, out = ([email for email, why in rows if why == one] for one in ("back", "gone", "out"))
    return there, tuple(gone), tuple(out)
