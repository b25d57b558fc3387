"""Freeze the cycles that have ended, and let the meters run on into the present one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from pleamar.actions.lock_meters import COLUMNS, LockedMeter, locked
from pleamar.models import Cycle
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids, text_array
from pleamar.rules.cycles import cycle_end
from pleamar.rules.peak import EndedCycle, Meter, roll

# Enough for the writes to be worth their round trips, few enough for nobody to wait long for a partner's lock.
AT_ONCE = 1_000


class _Terms(NamedTuple):
    """What of a partner decides its next cycles. Read after its meter is locked."""

    anchor: date
    timezone: str
    currency: str


class _Frozen(NamedTuple):
    id: int
    partner_id: int
    cycle: EndedCycle
    timezone: str
    currency: str


def roll_due_meters(now: datetime) -> int:
    """Roll every meter whose cycle has ended by `now`; the number of cycles frozen.

    Several workers may do so at once: each takes what the others have not, and whoever is changing a partner's seats
    this very moment rolls that meter itself. What is still held at the end is waited for.
    """
    frozen = 0
    for waiting in (False, True):
        while rolled := _roll_some(now, waiting=waiting):
            frozen += rolled
    return frozen


def _roll_some(now: datetime, *, waiting: bool) -> int:
    with transaction.atomic():
        with quick_cursor() as cursor:
            cursor.execute(
                f"SELECT {COLUMNS} FROM meter WHERE ends_at <= %s AND NOT ended "
                f"ORDER BY partner_id LIMIT %s FOR UPDATE {'' if waiting else 'SKIP LOCKED'}",
                [now, 1 if waiting else AT_ONCE],
            )
            due = [locked(row) for row in cursor.fetchall()]
        return len(roll_locked(due, now)[1]) if due else 0


def roll_locked(meters: Sequence[LockedMeter], until: datetime) -> tuple[dict[int, LockedMeter], list[int]]:
    """Roll meters that this transaction holds to `until`: how they stand now, and the ids of the cycles frozen."""
    due = [held for held in meters if held.is_due(until)]
    now_standing = {held.partner_id: held for held in meters}
    if not due:
        return now_standing, []
    terms = _terms([held.partner_id for held in due])
    frozen: list[tuple[int, EndedCycle, str, str]] = []
    for held in due:
        ended, after = _rolled(held, until, terms[held.partner_id])
        now_standing[held.partner_id] = after
        frozen += [
            (held.partner_id, cycle, *((held.timezone, held.currency) if first else terms[held.partner_id][1:]))
            for first, cycle in ((cycle.index == held.meter.index, cycle) for cycle in ended)
        ]
    ids = reserve_ids(Cycle, len(frozen))
    rows = [_Frozen(number, *row) for number, row in zip(ids, frozen, strict=True)]
    _write_cycles(rows)
    _write_shares(rows)
    _write_meters([now_standing[held.partner_id] for held in due])
    return now_standing, ids


def _terms(partner_ids: list[int]) -> dict[int, _Terms]:
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT id, anchor, timezone, currency FROM partner WHERE id = ANY(%s::bigint[])", [array(partner_ids)]
        )
        return {row[0]: _Terms(*row[1:]) for row in cursor.fetchall()}


def _rolled(held: LockedMeter, until: datetime, terms: _Terms) -> tuple[list[EndedCycle], LockedMeter]:
    """A partner that is closed has its running cycle frozen and no other begun (rule M26)."""

    def end_of(index: int) -> datetime:
        return cycle_end(terms.anchor, index, terms.timezone)

    if held.ends_with_cycle:
        ended, _ = roll(held.meter, held.meter.ends_at, end_of)
        return ended, replace(held, ended=True)
    ended, meter = roll(held.meter, until, end_of)
    return ended, replace(held, meter=meter, timezone=terms.timezone, currency=terms.currency)


def _write_cycles(rows: Sequence[_Frozen]) -> None:
    copy_rows(
        Cycle,
        [
            *("id", "partner_id", "index", "starts_at", "ends_at", "timezone", "currency"),
            *("opening", "closing", "peak", "peak_at", "peak_batch_id"),
        ],
        (
            (
                *(row.id, row.partner_id, row.cycle.index, row.cycle.starts_at, row.cycle.ends_at),
                *(row.timezone, row.currency, row.cycle.opening, row.cycle.closing),
                *(row.cycle.peak, row.cycle.peak_at, row.cycle.peak_batch),
            )
            for row in rows
        ),
    )


def _write_shares(rows: Sequence[_Frozen]) -> None:
    """`rules.peak.share_of`, for all accounts of all these cycles at once."""
    with quick_cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cycle_share (partner_id, cycle_id, account_id, seats, own_peak)
            SELECT partner_id, cycle_id, account_id, seats, own_peak
            FROM (
                SELECT account.partner_id, frozen.cycle_id, account.id AS account_id,
                    CASE WHEN account.mark = frozen.mark THEN account.seats_at_peak ELSE account.seats END AS seats,
                    CASE WHEN account.own_peak_cycle = frozen.index THEN account.own_peak
                         ELSE account.seats END AS own_peak
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[])
                         AS frozen (partner_id, cycle_id, mark, index)
                JOIN account ON account.partner_id = frozen.partner_id
            ) AS share
            WHERE seats > 0 OR own_peak > 0
            """,
            [
                array([row.partner_id for row in rows]),
                array([row.id for row in rows]),
                array([row.cycle.mark for row in rows]),
                array([row.cycle.index for row in rows]),
            ],
        )


def _write_meters(meters: Sequence[LockedMeter]) -> None:
    columns = list(zip(*map(_meter_row, meters), strict=True))
    with quick_cursor() as cursor:
        cursor.execute(
            """
            UPDATE meter SET index = new.index, starts_at = new.starts_at, ends_at = new.ends_at,
                opening = new.opening, peak = new.peak, peak_at = new.peak_at, peak_batch_id = new.peak_batch_id,
                mark = new.mark, timezone = new.timezone, currency = new.currency, ended = new.ended
            FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[],
                        %s::timestamptz[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bool[])
                     AS new (partner_id, index, starts_at, ends_at, opening, peak, peak_at, peak_batch_id, mark,
                             timezone, currency, ended)
            WHERE meter.partner_id = new.partner_id
            """,
            [*map(array, columns[:9]), *map(text_array, columns[9:11]), array(columns[11])],
        )


def _meter_row(held: LockedMeter) -> tuple[Any, ...]:
    meter: Meter = held.meter
    return (
        *(held.partner_id, meter.index, meter.starts_at, meter.ends_at, meter.opening),
        *(meter.peak, meter.peak_at, meter.peak_batch, meter.mark, held.timezone, held.currency, held.ended),
    )
