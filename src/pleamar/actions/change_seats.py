"""Make members active or inactive, and accounts trial, live or closed: the one way in which seats change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from pleamar.actions.lock_meters import LockedMeter, lock_meter
from pleamar.actions.log_batch import FEW, Batch, CountedAccount, log_batch, write_counts
from pleamar.actions.roll_meters import roll_locked
from pleamar.models import Account, SeatLogEntry
from pleamar.models.bulk import array, quick_cursor, text_array
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.peak import AccountCount, count, stamp, step
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel, fitting


class Wanted(NamedTuple):
    """How a member is to be. The e-mail is in its checked form (`rules.seats.checked_email`).

    A person the account does not know yet is added when wanted active; wanted inactive, nothing happens.
    """

    account_id: int
    email: str
    active: bool


@dataclass(frozen=True, slots=True)
class SeatChange:
    """What a batch did. `at` and `batch_id` are None when it changed nothing: then nothing was written either.

    It does not touch cycles already ended, prices, invoices or charges. `over_limit` names who was refused because
    the account's member limit was reached (rule M21).
    """

    batch_id: int | None
    at: datetime | None
    activated: int
    deactivated: int
    seats_before: int
    seats_after: int
    peak: int
    over_limit: tuple[tuple[int, str], ...] = field(default=())


def change_seats(
    partner_id: int,
    wanted: Sequence[Wanted],
    *,
    cause: Cause,
    clock: Clock,
    states: Mapping[int, AccountState] | None = None,
) -> SeatChange:
    """Bring members, and accounts (`states`: account id → state), to what is wanted, as one batch (rule M6).

    All accounts belong to the partner. The meter is locked first and the time taken after it, so that a partner's
    batches have strictly increasing times; a cycle that has ended by then is frozen before the change (rule M5).
    Asking for what already holds changes nothing. Refuses `account_unknown`, `account_closed` (activating in a closed
    account), `account_was_live` (a trial is to be made of one that is live, or was when it was closed: rule M20) and
    `partner_closed`; then nothing is changed.
    """
    with transaction.atomic():
        held = lock_meter(partner_id)
        at = stamp(held.meter, clock())
        standing, _ = roll_locked([held], at)
        held = standing[partner_id]
        if held.ended or (held.ends_with_cycle and not _only_closes(states)):
            raise Refused("partner_closed")
        wanted = list({(one.account_id, one.email): one for one in wanted}.values())
        accounts = _accounts(partner_id, {one.account_id for one in wanted} | set(states or ()))
        turned = _new_states(accounts, states or {})
        _refuse_trials_again(partner_id, accounts, turned)
        _refuse_closed(accounts, turned, wanted)
        wanted, over_limit = _within_limits(accounts, wanted)
        batch = log_batch(held.partner_id, at, wanted, accounts, turned, cause)
        if batch is None:
            seats = held.meter.seats
            return SeatChange(None, None, 0, 0, seats, seats, held.meter.peak, over_limit)
        return _counted(held, accounts, turned, batch, over_limit)


def _only_closes(states: Mapping[int, AccountState] | None) -> bool:
    return all(state == "closed" for state in (states or {}).values())


def _accounts(partner_id: int, account_ids: set[int]) -> dict[int, CountedAccount]:
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT id, name, model, state, internal, member_limit, active_members, "
            "seats, seats_at_peak, mark, own_peak, own_peak_cycle "
            "FROM account WHERE partner_id = %s AND id = ANY(%s::bigint[])",
            [partner_id, array(account_ids)],
            prepare=True,
        )
        found = {row[0]: _counted_account(*row) for row in cursor.fetchall()}
    for missing in account_ids - found.keys():
        raise Refused("account_unknown", account=missing)
    return found


def _counted_account(
    number: int,
    name: str,
    model: BillingModel,
    state: AccountState,
    internal: bool,
    member_limit: int | None,
    active_members: int,
    *counts: int,
) -> CountedAccount:
    return CountedAccount(number, name, model, state, internal, member_limit, active_members, AccountCount(*counts))


def _new_states(accounts: Mapping[int, CountedAccount], states: Mapping[int, AccountState]) -> dict[int, AccountState]:
    return {number: state for number, state in states.items() if accounts[number].state != state}


def _refuse_trials_again(
    partner_id: int, accounts: Mapping[int, CountedAccount], turned: Mapping[int, AccountState]
) -> None:
    for number, state in turned.items():
        if state == "trial" and state_while_open(partner_id, number) == "live":
            raise Refused("account_was_live", account=accounts[number].name)


def state_while_open(partner_id: int, account_id: int) -> AccountState | None:
    """What an account is, or was before it was closed, by the seat log; None if it has not been opened yet."""
    # The log is indexed by time alone: nothing of the account is older than itself.
    created = Account.unscoped.filter(pk=account_id).values("created_at")
    told = SeatLogEntry.unscoped.filter(partner_id=partner_id, at__gte=created, account_id=account_id, member_id=None)
    last = told.exclude(state="closed").order_by("-at", "-id").values_list("state", flat=True).first()
    return None if last is None else ("live" if last == "live" else "trial")


def _refuse_closed(
    accounts: Mapping[int, CountedAccount], turned: Mapping[int, AccountState], wanted: Sequence[Wanted]
) -> None:
    closed = {number for number, account in accounts.items() if turned.get(number, account.state) == "closed"}
    for one in wanted:
        if one.active and one.account_id in closed:
            raise Refused("account_closed", account=accounts[one.account_id].name)


def _within_limits(
    accounts: Mapping[int, CountedAccount], wanted: list[Wanted]
) -> tuple[list[Wanted], tuple[tuple[int, str], ...]]:
    """Removals first, then additions in e-mail order while they fit (rule M21)."""
    refused: set[tuple[int, str]] = set()
    for number, account in accounts.items():
        if account.member_limit is not None:
            refused |= {(number, email) for email in _not_fitting(account, wanted)}
    kept = [one for one in wanted if not one.active or (one.account_id, one.email) not in refused]
    return kept, tuple(sorted(refused))


def _not_fitting(account: CountedAccount, wanted: Sequence[Wanted]) -> list[str]:
    mine = [one for one in wanted if one.account_id == account.id]
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT email FROM member WHERE account_id = %s AND active AND email = ANY(%s::text[])",
            [account.id, text_array([one.email for one in mine])],
            prepare=len(mine) <= FEW,
        )
        active_now = {row[0] for row in cursor.fetchall()}
    removals = sum(not one.active and one.email in active_now for one in mine)
    additions = [one.email for one in mine if one.active and one.email not in active_now]
    _, refused = fitting(additions, active_after_removals=account.active_members - removals, limit=account.member_limit)
    return refused


def _counted(
    held: LockedMeter,
    accounts: Mapping[int, CountedAccount],
    turned: Mapping[int, AccountState],
    batch: Batch,
    over_limit: tuple[tuple[int, str], ...],
) -> SeatChange:
    """Step the meter and the accounts' counts, and write them."""
    touched = []
    for account in accounts.values():
        moved = batch.moved.get(account.id)
        if moved is None and account.id not in turned:
            continue
        after = account.after(turned.get(account.id, account.state), moved)
        delta = after.seats_wanted - account.count.seats
        touched.append(after.with_count(count(account.count, held.meter, batch.at, delta)))
    before = held.meter
    delta = sum(after.count.seats - accounts[after.id].count.seats for after in touched)
    meter = step(before, batch.at, delta, batch.id)
    write_counts(held.partner_id, meter, touched, batch.at)
    moves = batch.moved.values()
    return SeatChange(
        batch_id=batch.id,
        at=batch.at,
        activated=sum(move.activated for move in moves),
        deactivated=sum(move.deactivated for move in moves),
        seats_before=before.seats,
        seats_after=meter.seats,
        peak=meter.peak,
        over_limit=over_limit,
    )
