"""Plan charges: what a partner owes, to be collected from its card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import F

from pleamar.models import Charge, ChargeAllocation
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids


class _Owed(NamedTuple):
    partner_id: int
    currency: str
    card_id: int
    invoice_id: int
    outstanding: int


# What may be charged now: open, not on hold, its next attempt not in the future, in no live charge, a card for it.
_FREE = """
    FROM invoice JOIN card ON card.partner_id = invoice.partner_id AND card.in_use AND card.usable
    WHERE invoice.state = 'open' AND invoice.held_at IS NULL
        AND (next_attempt_at IS NULL OR next_attempt_at <= %s)
        AND NOT EXISTS (SELECT FROM charge_allocation WHERE invoice_id = invoice.id AND live)
"""


def plan_charges(partner_ids: Sequence[int], now: datetime) -> int:
    """One charge a partner and currency over all its free open invoices, oldest first; the number of new charges.

    A charge that is planned already and was not sent yet takes them in and grows, so that a partner whose cycles are
    closed late is still charged once. A partner without a usable card gets none: its invoices wait (rules M11, M13,
    M27). The caller holds the partners' locks; the database refuses a second live allocation of an invoice all the
    same.
    """
    if not partner_ids:
        return 0
    owed = [list(group) for _, group in groupby(_owed(partner_ids, now), key=lambda owed: owed[:3])]
    unsent = _unsent(partner_ids) if owed else {}
    grown = [group for group in owed if group[0][:3] in unsent]
    fresh = [group for group in owed if group[0][:3] not in unsent]
    ids = reserve_ids(Charge, len(fresh))
    copy_rows(
        Charge,
        ["id", "partner_id", "card_id", "currency", "amount", "state", "planned_at"],
        (
            (
                *(number, group[0].partner_id, group[0].card_id, group[0].currency),
                *(sum(owed.outstanding for owed in group), "planned", now),
            )
            for number, group in zip(ids, fresh, strict=True)
        ),
    )
    for group in grown:
        more = sum(owed.outstanding for owed in group)
        Charge.unscoped.filter(pk=unsent[group[0][:3]]).update(amount=F("amount") + more)
    _allocate([*zip(ids, fresh, strict=True), *((unsent[group[0][:3]], group) for group in grown)])
    return len(fresh)


def partners_to_charge(now: datetime, partner_id: int | None = None) -> list[int]:
    """The partners that `plan_charges` would plan something for, or that one if it would; nothing is locked."""
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT invoice.partner_id {_FREE} "
            "AND invoice.partner_id = coalesce(%s::bigint, card.partner_id) ORDER BY invoice.partner_id",
            [now, partner_id],
        )
        return [row[0] for row in cursor.fetchall()]


def _owed(partner_ids: Sequence[int], now: datetime) -> list[_Owed]:
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT invoice.partner_id, invoice.currency, card.id, invoice.id, total - paid - credited {_FREE} "
            "AND invoice.partner_id = ANY(%s::bigint[]) "
            "ORDER BY invoice.partner_id, invoice.currency, invoice.sequence",
            [now, array(partner_ids)],
        )
        return [_Owed(*row) for row in cursor.fetchall()]


def _unsent(partner_ids: Sequence[int]) -> dict[tuple[int, str, int], int]:
    """(partner, currency, card) → the charge that is planned and was not sent to the provider."""
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT partner_id, currency, card_id, id FROM charge "
            "WHERE partner_id = ANY(%s::bigint[]) AND state = 'planned'",
            [array(partner_ids)],
        )
        return {row[:3]: row[3] for row in cursor.fetchall()}


def _allocate(charges: Sequence[tuple[int, Sequence[_Owed]]]) -> None:
    copy_rows(
        ChargeAllocation,
        ["partner_id", "charge_id", "invoice_id", "amount", "live"],
        (
            (owed.partner_id, number, owed.invoice_id, owed.outstanding, True)
            for number, group in charges
            for owed in group
        ),
    )
