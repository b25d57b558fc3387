"""Make members active or inactive, and accounts trial, live or closed: the one way in which seats change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from pleamar.actions.admit_members import Admitted, admit_members
from pleamar.actions.keep_out import keep_out
from pleamar.actions.lock_meters import LockedMeter, lock_meter
from pleamar.actions.log_batch import Batch, CountedAccount, log_batch, write_counts
from pleamar.actions.roll_meters import roll_locked
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models.bulk import array, quick_cursor
from pleamar.ports.clock import Clock
from pleamar.queries.account_states import states_while_open
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.peak import AccountCount, count, stamp, step
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState


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
    the account's member limit was reached (rule M21), `denied` who is on its deny list (rule M19), `kept_out` who was
    wanted inactive while billing is stopped, and so stays out when it is resumed (rule M22).
    """

    batch_id: int | None
    at: datetime | None
    activated: int
    deactivated: int
    seats_before: int
    seats_after: int
    peak: int
    over_limit: tuple[tuple[int, str], ...] = ()
    denied: tuple[tuple[int, str], ...] = ()
    kept_out: tuple[tuple[int, str], ...] = ()


def change_seats(
    partner_id: int,
    wanted: Sequence[Wanted],
    *,
    cause: Cause,
    clock: Clock,
    states: Mapping[int, AccountState] | None = None,
    resuming: int | None = None,
) -> SeatChange:
    """Bring members, and accounts (`states`: account id → state), to what is wanted, as one batch (rule M6).

    All accounts belong to the partner. The meter is locked first and the time taken after it, so that a partner's
    batches have strictly increasing times; a cycle that has ended by then is frozen before the change (rule M5).
    Asking for what already holds changes nothing. Refuses `account_unknown`, `account_closed` (activating in a closed
    account), `account_was_live` (a trial is to be made of one that is live, or was when it was closed: rule M20),
    `account_billing_stopped` (activating where billing was stopped, unless that account is the one `resuming`) and
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
        admitted = admit_members(accounts, turned, wanted, resuming=resuming)
        kept_out = _keep_out(partner_id, accounts, wanted, cause, at)
        seats = held.meter.seats
        batch = log_batch(held.partner_id, at, admitted.wanted, accounts, turned, cause, seats=seats)
        if admitted.over_limit:
            _tell_of_limits(held, accounts, admitted.over_limit, at)
        if batch is None:
            unchanged = SeatChange(None, None, 0, 0, seats, seats, held.meter.peak)
            return replace(unchanged, over_limit=admitted.over_limit, denied=admitted.denied, kept_out=kept_out)
        return replace(_counted(held, accounts, turned, batch, admitted), kept_out=kept_out)


def _only_closes(states: Mapping[int, AccountState] | None) -> bool:
    return all(state == "closed" for state in (states or {}).values())


def _accounts(partner_id: int, account_ids: set[int]) -> dict[int, CountedAccount]:
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT id, name, model, state, internal, active_members, "
            "member_limit, trial_member_limit, EXISTS (SELECT FROM deny_entry WHERE account_id = account.id), "
            "billing_stopped_at IS NOT NULL, seats, seats_at_peak, mark, own_peak, own_peak_cycle "
            "FROM account WHERE partner_id = %s AND id = ANY(%s::bigint[])",
            [partner_id, array(account_ids)],
            prepare=True,
        )
        found = {row[0]: CountedAccount(AccountCount(*row[10:]), *row[:10]) for row in cursor.fetchall()}
    for missing in account_ids - found.keys():
        raise Refused("account_unknown", account=missing)
    return found


def _new_states(accounts: Mapping[int, CountedAccount], states: Mapping[int, AccountState]) -> dict[int, AccountState]:
    return {number: state for number, state in states.items() if accounts[number].state != state}


def _refuse_trials_again(
    partner_id: int, accounts: Mapping[int, CountedAccount], turned: Mapping[int, AccountState]
) -> None:
    trials = [number for number, state in turned.items() if state == "trial"]
    if not trials:
        return
    was = states_while_open(Scope(partner_id), partner_id, trials)
    for number in trials:
        if was.get(number) == "live":
            raise Refused("account_was_live", account=accounts[number].name)


def _refuse_closed(
    accounts: Mapping[int, CountedAccount], turned: Mapping[int, AccountState], wanted: Sequence[Wanted]
) -> None:
    closed = {number for number, account in accounts.items() if turned.get(number, account.state) == "closed"}
    for one in wanted:
        if one.active and one.account_id in closed:
            raise Refused("account_closed", account=accounts[one.account_id].name)


def _keep_out(
    partner_id: int, accounts: Mapping[int, CountedAccount], wanted: Sequence[Wanted], cause: Cause, at: datetime
) -> tuple[tuple[int, str], ...]:
    """Whoever is wanted inactive where billing is stopped is so already; it is remembered for when it is resumed."""
    if not any(account.billing_stopped for account in accounts.values()):
        return ()
    asked = [
        (one.account_id, one.email) for one in wanted if not one.active and accounts[one.account_id].billing_stopped
    ]
    return keep_out(partner_id, asked, cause=cause, at=at) if asked else ()


def _tell_of_limits(
    held: LockedMeter, accounts: Mapping[int, CountedAccount], over_limit: Sequence[tuple[int, str]], at: datetime
) -> None:
    """A mail for each account that is full, once a cycle and limit (rule M21)."""
    write_messages(
        [
            Telling(
                held.partner_id,
                "limit_reached",
                f"limit_reached:{number}:{held.meter.index}:{accounts[number].limit}",
                {"account": accounts[number].name, "limit": accounts[number].limit or 0, "refused": refused},
            )
            for number, refused in Counter(number for number, _ in over_limit).items()
        ],
        now=at,
    )


def _counted(
    held: LockedMeter,
    accounts: Mapping[int, CountedAccount],
    turned: Mapping[int, AccountState],
    batch: Batch,
    admitted: Admitted,
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
        over_limit=admitted.over_limit,
        denied=admitted.denied,
    )
