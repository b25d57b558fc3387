"""The one gate that every activation passes: deny lists, stopped billing, member limits. `change_seats` asks it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from pleamar.actions.log_batch import FEW, CountedAccount
from pleamar.models.bulk import array, quick_cursor, text_array
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, fitting


class _Wanted(Protocol):
    @property
    def account_id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def active(self) -> bool: ...


class Admitted(NamedTuple):
    """Whom the gate lets through, and who stays inactive: (account id, e-mail) on a deny list, or over a limit."""

    wanted: Sequence[_Wanted]
    denied: tuple[tuple[int, str], ...]
    over_limit: tuple[tuple[int, str], ...]


def admit_members(
    accounts: Mapping[int, CountedAccount],
    turned: Mapping[int, AccountState],
    wanted: Sequence[_Wanted],
    *,
    resuming: int | None = None,
) -> Admitted:
    """Of what is wanted, what may be: all removals, and the additions that no rule is against (M19, M20, M21, M22).

    `turned` are the states that the same batch gives to accounts: a trial that goes live has left its limit behind.
    Refuses `account_billing_stopped`, but for the account `resuming`. Runs under the partner's lock.
    """
    denied = _denied(accounts, wanted)
    kept = _without(wanted, denied)
    for one in kept:
        if one.active and accounts[one.account_id].billing_stopped and one.account_id != resuming:
            raise Refused("account_billing_stopped", account=accounts[one.account_id].name)
    over_limit = set()
    for number, account in accounts.items():
        limit = replace(account, state=turned.get(number, account.state)).limit
        if limit is not None:
            over_limit |= {(number, email) for email in _not_fitting(account, limit, kept)}
    return Admitted(_without(kept, over_limit), tuple(sorted(denied)), tuple(sorted(over_limit)))


def _without(wanted: Sequence[_Wanted], refused: Collection[tuple[int, str]]) -> Sequence[_Wanted]:
    if not refused:
        return wanted
    return [one for one in wanted if not one.active or (one.account_id, one.email) not in refused]


def _denied(accounts: Mapping[int, CountedAccount], wanted: Sequence[_Wanted]) -> set[tuple[int, str]]:
    asked = [one for one in wanted if one.active and accounts[one.account_id].has_deny_list]
    if not asked:
        return set()
    with quick_cursor() as cursor:
        cursor.execute(
            """
            WITH wanted AS (
                SELECT * FROM unnest(%s::bigint[], %s::text[]) AS wanted (account_id, email)
            ), likes AS MATERIALIZED (
                SELECT account_id, array_agg(deny_entry.like) AS patterns FROM deny_entry
                WHERE account_id = ANY(%s::bigint[]) AND deny_entry.like IS NOT NULL GROUP BY account_id
            )
            SELECT wanted.account_id, wanted.email
            FROM wanted LEFT JOIN likes ON likes.account_id = wanted.account_id
            WHERE EXISTS (SELECT FROM deny_entry WHERE deny_entry.account_id = wanted.account_id
                              AND deny_entry.pattern = wanted.email)
                OR wanted.email LIKE ANY (likes.patterns)
            """,
            [
                array([one.account_id for one in asked]),
                text_array([one.email for one in asked]),
                array({one.account_id for one in asked}),
            ],
            prepare=len(asked) <= FEW,
        )
        return set(cursor.fetchall())


def _not_fitting(account: CountedAccount, limit: int, wanted: Sequence[_Wanted]) -> list[str]:
    """Removals first, then additions in e-mail order while they fit (rule M21)."""
    mine = [one for one in wanted if one.account_id == account.id]
    if not mine:
        return []
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT email FROM member WHERE account_id = %s AND active AND email = ANY(%s::text[])",
            [account.id, text_array([one.email for one in mine])],
            prepare=len(mine) <= FEW,
        )
        active_now = {row[0] for row in cursor.fetchall()}
    removals = sum(not one.active and one.email in active_now for one in mine)
    additions = [one.email for one in mine if one.active and one.email not in active_now]
    _, refused = fitting(additions, active_after_removals=account.active_members - removals, limit=limit)
    return refused
