"""Take people out of what resuming an account's billing brings back (rule M22). `change_seats` calls this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from pleamar.actions.record_act import Act, record_acts
from pleamar.models import Account, Member
from pleamar.models.bulk import array, quick_cursor, text_array
from pleamar.rules.causes import Cause


def keep_out(
    partner_id: int, asked: Collection[tuple[int, str]], *, cause: Cause, at: datetime
) -> tuple[tuple[int, str], ...]:
    """Who of those `asked` for (account id, e-mail) stays inactive, by that, when billing is resumed.

    They are inactive already, so nothing of it is in the seat log: it is audited. Whom the stop did not make inactive,
    or who stays out already, is passed over. Runs under the partner's lock.
    """
    with quick_cursor() as cursor:
        # The log by its time too: it has no index by batch.
        cursor.execute(
            """
            UPDATE member SET stays_out = true
            FROM unnest(%s::bigint[], %s::text[]) AS asked (account_id, email), account, seat_log
            WHERE member.account_id = asked.account_id AND member.email = asked.email AND NOT member.stays_out
                AND account.id = asked.account_id AND account.partner_id = %s
                AND seat_log.partner_id = %s AND seat_log.at = account.billing_stopped_at
                AND seat_log.batch_id = account.billing_stopped_batch_id AND seat_log.account_id = account.id
                AND seat_log.member_id = member.id AND seat_log.delta = -1
            RETURNING member.account_id, member.email, member.id
            """,
            [
                array([account_id for account_id, _ in asked]),
                text_array([email for _, email in asked]),
                partner_id,
                partner_id,
            ],
        )
        rows = sorted(cursor.fetchall())
    if rows:
        _record(partner_id, [(account_id, number) for account_id, _, number in rows], cause, at)
    return tuple((account_id, email) for account_id, email, _ in rows)


def _record(partner_id: int, kept: Collection[tuple[int, int]], cause: Cause, at: datetime) -> None:
    """By id, not by address, so that a person can be forgotten while the trail stays as it is (rule P2)."""
    accounts = Account.unscoped.in_bulk({account_id for account_id, _ in kept})
    members = Member.unscoped.in_bulk([number for _, number in kept])
    ids: defaultdict[int, list[str]] = defaultdict(list)
    for account_id, number in kept:
        ids[account_id].append(members[number].public_id)
    acts = [
        Act("keep members out", accounts[account_id].public_id, partner_id, {"members": sorted(numbers)})
        for account_id, numbers in ids.items()
    ]
    record_acts(acts, cause=cause, at=at)
