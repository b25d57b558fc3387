"""Plan charges: what a partner owes, to be collected from its card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from pleamar.models import Charge, ChargeAllocation
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids


class _Owed(NamedTuple):
    partner_id: int
    currency: str
    card_id: int
    invoice_id: int
    outstanding: int


def plan_charges(partner_ids: Sequence[int], now: datetime) -> int:
    """One charge a partner and currency over all its free open invoices, oldest first; the number of charges planned.

    Free: open, no live allocation, not on hold, its next attempt not in the future. A partner without a usable card
    gets none: its invoices wait (rules M11, M13, M27). The caller holds the partners' locks; the database refuses a
    second live allocation of an invoice all the same.
    """
    if not partner_ids:
        return 0
    charges = [list(group) for _, group in groupby(_owed(partner_ids, now), key=lambda owed: owed[:3])]
    ids = reserve_ids(Charge, len(charges))
    copy_rows(
        Charge,
        ["id", "partner_id", "card_id", "currency", "amount", "state", "planned_at"],
        (
            (
                *(number, group[0].partner_id, group[0].card_id, group[0].currency),
                *(sum(owed.outstanding for owed in group), "planned", now),
            )
            for number, group in zip(ids, charges, strict=True)
        ),
    )
    copy_rows(
        ChargeAllocation,
        ["partner_id", "charge_id", "invoice_id", "amount", "live"],
        (
            (owed.partner_id, number, owed.invoice_id, owed.outstanding, True)
            for number, group in zip(ids, charges, strict=True)
            for owed in group
        ),
    )
    return len(charges)


def _owed(partner_ids: Sequence[int], now: datetime) -> list[_Owed]:
    with quick_cursor() as cursor:
        cursor.execute(
            """
            SELECT invoice.partner_id, invoice.currency, card.id, invoice.id, total - paid - credited
            FROM invoice JOIN card ON card.partner_id = invoice.partner_id AND card.in_use AND card.usable
            WHERE invoice.partner_id = ANY(%s::bigint[]) AND invoice.state = 'open' AND invoice.held_at IS NULL
                AND (next_attempt_at IS NULL OR next_attempt_at <= %s)
                AND NOT EXISTS (SELECT FROM charge_allocation WHERE invoice_id = invoice.id AND live)
            ORDER BY invoice.partner_id, invoice.currency, invoice.sequence
            """,
            [array(partner_ids), now],
        )
        return [_Owed(*row) for row in cursor.fetchall()]
