"""What partners are overdue with, as it decides how they stand: all of it in one statement (rules M13, M14, M27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pleamar.models import Invoice, Partner
from pleamar.models.bulk import array, quick_cursor, text_array
from pleamar.queries.scopes import Scope
from pleamar.rules.collecting import SMALLEST, smallest
from pleamar.rules.money import Money
from pleamar.rules.public_ids import to_public
from pleamar.rules.settings import Settings
from pleamar.rules.standing import Facts, Policy, Standing

_ANY_OTHER: Final = smallest("")


@dataclass(frozen=True, slots=True)
class Arrears:
    """A partner's facts, how it stood when it was last looked at (None: never), and what is said of it in mails.

    `oldest` is the public id of the oldest overdue invoice, `overdue` all that is overdue, by currency; both empty
    where nothing is. `next_attempt` is when a card that was declined is tried again for some of it, None where it is
    not. `staff` is the seller's own address, perhaps empty.
    """

    partner_id: int
    public_id: str
    partner: str
    facts: Facts
    before: Standing | None
    oldest: str
    overdue: tuple[Money, ...]
    next_attempt: datetime | None
    staff: str


def policy_of(settings: Settings) -> Policy:
    """What the vendor has set of warnings and suspensions (rule M14)."""
    return Policy(settings.warning_days, settings.suspension_days, settings.suspension == "automatic")


def arrears(scope: Scope, *, now: datetime, partner_ids: Sequence[int] | None = None) -> list[Arrears]:
    """The facts of all partners in scope, or of these, by id: one statement, however many they are.

    An invoice is overdue from its issue on, later by the time that it was on hold; while it is on hold, or in a charge
    under way, it is not. Of a currency's invoices those count with which their sum, oldest first, reaches the
    provider's smallest amount: before that nothing can be collected, so nothing ages. Partners that are not invoiced
    yet, as in shadow, are left out.
    """
    chosen = "TRUE" if partner_ids is None else f"partner.id = ANY('{array(map(int, partner_ids))}'::bigint[])"
    scoped = f"{chosen} AND {scope.sql('partner.id')}"
    with quick_cursor() as cursor:
        cursor.execute(
            f"{_overdue(scoped)} SELECT partner.id, partner.uid, partner.name, oldest.since, "
            "paying.partner_id IS NOT NULL, coalesce(card.usable, FALSE), "
            "card.id IS NOT NULL AND card.removed_at IS NULL, standing.state, standing.changed_at, "
            "standing.overdue_since, standing.warned_days, standing.suspension_proposed_at, standing.suspended_at, "
            "oldest.uid, coalesce(oldest.amounts, '{}'), coalesce(oldest.currencies, '{}'), oldest.retried, "
            "seller.email "
            "FROM partner JOIN seller ON seller.id = partner.seller_id "
            "LEFT JOIN oldest ON oldest.partner_id = partner.id LEFT JOIN paying ON paying.partner_id = partner.id "
            "LEFT JOIN card ON card.partner_id = partner.id AND card.in_use "
            "LEFT JOIN standing ON standing.partner_id = partner.id "
            f"WHERE partner.kind = 'msp' AND partner.invoiced_from <= %s AND {scoped} ORDER BY partner.id",
            [text_array(list(SMALLEST)), array(SMALLEST.values()), _ANY_OTHER, now],
        )
        return [_read(row) for row in cursor.fetchall()]


def _overdue(scoped: str) -> str:
    """The tables `oldest`, of what the partners are overdue with that the condition `scoped` lets through, and
    `paying`, of those that are being charged for some of it.
    """
    return f"""
        WITH owed AS (
            SELECT partner.id AS partner_id, invoice.id, invoice.uid, invoice.currency,
                invoice.issued_at + invoice.held_for AS since,
                invoice.total - invoice.paid - invoice.credited AS amount, invoice.next_attempt_at,
                charge.planned_at
            FROM partner JOIN invoice ON invoice.partner_id = partner.id
            LEFT JOIN charge_allocation AS allocation ON allocation.invoice_id = invoice.id AND allocation.live
            LEFT JOIN charge ON charge.id = allocation.charge_id
            WHERE invoice.state = 'open' AND invoice.held_at IS NULL AND invoice.statement_id IS NOT NULL AND {scoped}
        ), reached AS (
            SELECT *, sum(amount) OVER (PARTITION BY partner_id, currency ORDER BY since, id) AS so_far,
                sum(amount) OVER (PARTITION BY partner_id, currency)::bigint AS in_all,
                min(next_attempt_at) OVER (PARTITION BY partner_id, currency) AS retried
            FROM owed WHERE planned_at IS NULL
        ), overdue AS (
            SELECT DISTINCT ON (partner_id, currency) partner_id, currency, since, id, uid, in_all, retried
            FROM reached LEFT JOIN unnest(%s::text[], %s::bigint[]) AS smallest (currency, least) USING (currency)
            WHERE so_far >= coalesce(least, %s::bigint)
            ORDER BY partner_id, currency, since, id
        ), oldest AS (
            SELECT partner_id, min(since) AS since, (array_agg(uid ORDER BY since, id))[1] AS uid,
                array_agg(in_all ORDER BY currency) AS amounts, array_agg(currency ORDER BY currency) AS currencies,
                min(retried) AS retried
            FROM overdue GROUP BY partner_id
        ), paying AS (
            SELECT DISTINCT partner_id FROM owed WHERE planned_at > since
        )
    """


def _read(row: Sequence[Any]) -> Arrears:
    return Arrears(
        partner_id=row[0],
        public_id=to_public(Partner.public_prefix, row[1]),
        partner=row[2],
        facts=Facts(*row[3:7]),
        before=Standing(*row[7:13]) if row[7] is not None else None,
        oldest=to_public(Invoice.public_prefix, row[13]) if row[13] is not None else "",
        overdue=tuple(map(Money, row[14], row[15])),
        next_attempt=row[16],
        staff=row[17],
    )
