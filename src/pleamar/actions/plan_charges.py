"""Plan charges: what a partner owes, to be collected from its card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from pleamar.actions.record_act import Act, record_acts
from pleamar.actions.use_credit import use_credit
from pleamar.models import Charge, ChargeAllocation
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.collecting import Part, charges, smallest, total

_PLANNING: Final = Cause(actor="pleamar", means="plan charges")


class _Owed(NamedTuple):
    partner_id: int
    currency: str
    card_id: int
    invoice_id: int
    outstanding: int


class _Draft(NamedTuple):
    """A charge to be: `owed` is what each of its invoices owes in all."""

    of: _Owed
    parts: list[Part]
    owed: dict[int, int]


# What may be charged now: open, not on hold, its next attempt not in the future, in no live charge, a card for it.
_FREE = """
    FROM invoice JOIN card ON card.partner_id = invoice.partner_id AND card.in_use AND card.usable
    WHERE invoice.state = 'open' AND invoice.held_at IS NULL
        AND (next_attempt_at IS NULL OR next_attempt_at <= %s)
        AND NOT EXISTS (SELECT FROM charge_allocation WHERE invoice_id = invoice.id AND live)
"""


def plan_charges(partner_ids: Sequence[int], now: datetime, jobs: Jobs = NOBODY) -> int:
    """One charge a partner and currency over all its free open invoices, oldest first; how many more there are then.

    The partner's credit is used first, also where there is no card (rule M16). A charge that is planned and was not
    sent yet is dropped for one over everything, so that a partner whose cycles are closed late is still charged once.
    Below the provider's smallest amount an invoice waits for more; without a usable card it waits for one (rules M11,
    M13, M27). The caller holds the partners' locks; the database refuses a second live allocation all the same.
    """
    if not partner_ids:
        return 0
    use_credit(partner_ids, now, jobs)
    if not _owed(partner_ids, now):
        return 0
    dropped = _drop_unsent(partner_ids, now)
    drafts = _drafts(_owed(partner_ids, now))
    _write(drafts, now, jobs)
    return len(drafts) - dropped


def partners_to_charge(now: datetime, partner_id: int | None = None) -> list[int]:
    """The partners that `plan_charges` would plan something for, or that one if it would; nothing is locked."""
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT invoice.partner_id, invoice.currency, sum(total - paid - credited)::bigint "
            f"{_FREE} AND invoice.partner_id = coalesce(%s::bigint, card.partner_id) "
            "GROUP BY invoice.partner_id, invoice.currency ORDER BY invoice.partner_id",
            [now, partner_id],
        )
        return sorted({row[0] for row in cursor.fetchall() if row[2] >= smallest(row[1])})


def _owed(partner_ids: Sequence[int], now: datetime) -> list[_Owed]:
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT invoice.partner_id, invoice.currency, card.id, invoice.id, total - paid - credited {_FREE} "
            "AND invoice.partner_id = ANY(%s::bigint[]) "
            "ORDER BY invoice.partner_id, invoice.currency, invoice.issued_at, invoice.id",
            [now, array(partner_ids)],
        )
        return [_Owed(*row) for row in cursor.fetchall()]


def _drop_unsent(partner_ids: Sequence[int], now: datetime) -> int:
    """Drop the charges of which nothing was sent, where more is owed by now in their currency; how many."""
    with quick_cursor() as cursor:
        cursor.execute(
            "WITH dropped AS (UPDATE charge SET state = 'canceled', decline_class = 'withdrawn', "
            "decline_code = 'planned_anew', settled_at = %s, due_at = NULL "
            "WHERE charge.partner_id = ANY(%s::bigint[]) AND charge.state = 'planned' AND EXISTS ("
            f"SELECT {_FREE} AND invoice.partner_id = charge.partner_id AND invoice.currency = charge.currency) "
            "RETURNING id, partner_id), freed AS ("
            "UPDATE charge_allocation SET live = FALSE FROM dropped WHERE charge_id = dropped.id AND live) "
            "SELECT id, partner_id FROM dropped",
            [now, array(partner_ids), now],
        )
        dropped = cursor.fetchall()
    record_acts(
        [
            Act("give up charge", f"charge {number}", partner_id, {"decline": "planned_anew", "class": "withdrawn"})
            for number, partner_id in dropped
        ],
        cause=_PLANNING,
        at=now,
    )
    return len(dropped)


def _drafts(owed: Sequence[_Owed]) -> list[_Draft]:
    drafts = []
    for (_, currency, _), group in groupby(owed, key=lambda one: one[:3]):
        mine = list(group)
        whole = {one.invoice_id: one.outstanding for one in mine}
        planned = charges([Part(one.invoice_id, one.outstanding) for one in mine], currency)
        drafts += [_Draft(mine[0], parts, whole) for parts in planned]
    return drafts


def _write(drafts: Sequence[_Draft], now: datetime, jobs: Jobs) -> None:
    ids = reserve_ids(Charge, len(drafts))
    copy_rows(
        Charge,
        ["id", "partner_id", "card_id", "currency", "amount", "state", "planned_at", "due_at"],
        (
            (
                *(number, draft.of.partner_id, draft.of.card_id, draft.of.currency),
                *(total(draft.parts), "planned", now, now),
            )
            for number, draft in zip(ids, drafts, strict=True)
        ),
    )
    copy_rows(
        ChargeAllocation,
        ["partner_id", "charge_id", "invoice_id", "amount", "owed", "live"],
        (
            (draft.of.partner_id, number, part.invoice, part.amount, draft.owed[part.invoice], True)
            for number, draft in zip(ids, drafts, strict=True)
            for part in draft.parts
        ),
    )
    jobs.wake_each("collect_charge", [{"charge_id": number} for number in ids])
