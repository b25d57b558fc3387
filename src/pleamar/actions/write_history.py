"""Write a replayed history: accounts, members, batches, log, cycles and the meter. `import_history` calls this."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from pleamar.actions.lock_meters import LockedMeter
from pleamar.models import Account, Cycle, CycleShare, Member, Meter, Partner, SeatBatch, SeatLogEntry
from pleamar.models.bulk import copy_rows, reserve_ids
from pleamar.rules.causes import Cause
from pleamar.rules.cycles import cycle_end
from pleamar.rules.history import HistoryRow, ReplayedAccount, Step, replay
from pleamar.rules.peak import AccountCount, EndedCycle, count, roll, share_of, step
from pleamar.rules.peak import Meter as Count
from pleamar.rules.trials import TrialTerms


@dataclass(slots=True)
class _Told:
    """What the replay has come to: the steps with their ids, the cycles that ended, and how everything stands."""

    meter: Count
    accounts: dict[str, ReplayedAccount] = field(default_factory=dict)
    first_seen: dict[str, datetime] = field(default_factory=dict)
    closed_at: dict[str, datetime] = field(default_factory=dict)  # of those that were closed, when that was last
    trials: set[str] = field(default_factory=set)  # which are trials, or were when they were closed
    counts: defaultdict[str, AccountCount] = field(default_factory=lambda: defaultdict(AccountCount))
    steps: list[Step] = field(default_factory=list)
    seats_after: list[int] = field(default_factory=list)  # the partner's, after each of the steps
    cycles: list[tuple[EndedCycle, dict[str, tuple[int, int]]]] = field(default_factory=list)


def write_history(
    partner: Partner,
    held: LockedMeter,
    rows: Sequence[HistoryRow],
    *,
    until: datetime,
    trial: TrialTerms,
    cause: Cause,
) -> int:
    """Write all that `rows` tell, up to `until`, for a partner without changes whose meter is held; the log's rows.

    Trials, those that are closed too, get the terms `trial`, for no history tells of any.
    """
    told = _tell(partner, held.meter, rows, until)
    account_ids = dict(zip(told.accounts, reserve_ids(Account, len(told.accounts)), strict=True))
    member_ids = _number_members(told.steps)
    batch_ids = reserve_ids(SeatBatch, len(told.steps))
    # The replay numbered the batches 0, 1, 2 …; these are their ids.
    _write_accounts(partner, told, account_ids, trial)
    _write_members(partner, told, account_ids, member_ids)
    written = _write_log(partner, told, batch_ids, account_ids, member_ids, cause)
    _write_cycles(partner, told, batch_ids, account_ids)
    _write_meter(partner, told.meter, batch_ids)
    return written


def _tell(partner: Partner, meter: Count, rows: Sequence[HistoryRow], until: datetime) -> _Told:
    told = _Told(meter)

    def end_of(index: int) -> datetime:
        return cycle_end(partner.anchor, index, partner.timezone)

    def run_to(moment: datetime) -> None:
        if told.meter.ends_at <= moment:
            ended, told.meter = roll(told.meter, moment, end_of)
            told.cycles += [
                (cycle, {name: share_of(told.counts[name], cycle) for name in told.counts}) for cycle in ended
            ]

    for number, happened in enumerate(replay(rows, told.accounts)):
        run_to(happened.at)
        deltas: defaultdict[str, int] = defaultdict(int)
        for entry in happened.entries:
            told.first_seen.setdefault(entry.account, happened.at)
            if entry.state == "closed":
                told.closed_at[entry.account] = happened.at
            elif entry.state is not None:
                (told.trials.add if entry.state == "trial" else told.trials.discard)(entry.account)
            if entry.billable:
                deltas[entry.account] += entry.delta
        for name, delta in deltas.items():
            told.counts[name] = count(told.counts[name], told.meter, happened.at, delta)
        told.meter = step(told.meter, happened.at, sum(deltas.values()), number)
        told.steps.append(happened)
        told.seats_after.append(told.meter.seats)
    run_to(until)
    return told


def _number_members(steps: Sequence[Step]) -> dict[tuple[str, str], int]:
    people = dict.fromkeys(
        (entry.account, entry.member)
        for entry in chain.from_iterable(happened.entries for happened in steps)
        if entry.member is not None
    )
    return dict(zip(people, reserve_ids(Member, len(people)), strict=True))


def _write_accounts(partner: Partner, told: _Told, ids: Mapping[str, int], trial: TrialTerms) -> None:
    copy_rows(
        Account,
        [
            *("id", "partner_id", "name", "model", "state", "internal", "created_at", "closed_at"),
            *("active_members", "seats", "seats_at_peak", "mark", "own_peak", "own_peak_cycle"),
            *("trial_set_at", "trial_ends_at", "trial_member_limit"),
        ],
        (
            (
                *(ids[name], partner.pk, name, "monthly", account.state, False, told.first_seen[name]),
                told.closed_at[name] if account.state == "closed" else None,
                *(len(account.active), told.counts[name].seats, told.counts[name].seats_at_peak),
                *(told.counts[name].mark, told.counts[name].own_peak, told.counts[name].own_peak_cycle),
                *(trial if name in told.trials else (None, None, None)),
            )
            for name, account in told.accounts.items()
        ),
    )


def _write_members(
    partner: Partner, told: _Told, account_ids: Mapping[str, int], ids: Mapping[tuple[str, str], int]
) -> None:
    copy_rows(
        Member,
        ["id", "partner_id", "account_id", "email", "active"],
        (
            (number, partner.pk, account_ids[account], email, email in told.accounts[account].active)
            for (account, email), number in ids.items()
        ),
    )


def _write_log(
    partner: Partner,
    told: _Told,
    batch_ids: Sequence[int],
    account_ids: Mapping[str, int],
    member_ids: Mapping[tuple[str, str], int],
    cause: Cause,
) -> int:
    copy_rows(
        SeatBatch,
        ["id", "partner_id", "at", "actor", "means", "reference", "reason", "seats_after"],
        (
            (number, partner.pk, happened.at, cause.actor, cause.means, cause.reference, cause.reason, seats)
            for number, happened, seats in zip(batch_ids, told.steps, told.seats_after, strict=True)
        ),
    )
    copy_rows(
        SeatLogEntry,
        ["partner_id", "account_id", "member_id", "batch_id", "at", "delta", "billable", "state"],
        (
            (
                *(partner.pk, account_ids[entry.account]),
                None if entry.member is None else member_ids[entry.account, entry.member],
                *(number, happened.at, entry.delta, entry.billable, entry.state),
            )
            for number, happened in zip(batch_ids, told.steps, strict=True)
            for entry in happened.entries
        ),
    )
    return sum(len(happened.entries) for happened in told.steps)


def _write_cycles(partner: Partner, told: _Told, batch_ids: Sequence[int], account_ids: Mapping[str, int]) -> None:
    ids = reserve_ids(Cycle, len(told.cycles))
    copy_rows(
        Cycle,
        [
            *("id", "partner_id", "index", "starts_at", "ends_at", "timezone", "currency"),
            *("opening", "closing", "peak", "peak_at", "peak_batch_id"),
        ],
        (
            (
                *(number, partner.pk, cycle.index, cycle.starts_at, cycle.ends_at, partner.timezone, partner.currency),
                *(cycle.opening, cycle.closing, cycle.peak, cycle.peak_at, _batch_id(cycle.peak_batch, batch_ids)),
            )
            for number, (cycle, _) in zip(ids, told.cycles, strict=True)
        ),
    )
    copy_rows(
        CycleShare,
        ["partner_id", "cycle_id", "account_id", "seats", "own_peak"],
        (
            (partner.pk, number, account_ids[name], seats, own_peak)
            for number, (_, shares) in zip(ids, told.cycles, strict=True)
            for name, (seats, own_peak) in shares.items()
            if seats or own_peak
        ),
    )


def _write_meter(partner: Partner, meter: Count, batch_ids: Sequence[int]) -> None:
    Meter.unscoped.filter(partner=partner).update(
        index=meter.index,
        starts_at=meter.starts_at,
        ends_at=meter.ends_at,
        opening=meter.opening,
        seats=meter.seats,
        peak=meter.peak,
        peak_at=meter.peak_at,
        peak_batch_id=_batch_id(meter.peak_batch, batch_ids),
        mark=meter.mark,
        last_at=meter.last_at,
    )


def _batch_id(number: int | None, batch_ids: Sequence[int]) -> int | None:
    return None if number is None else batch_ids[number]
