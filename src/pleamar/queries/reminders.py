"""What partners are to be reminded of, and when next: cycles about to end, cards about to expire (rules M11 to M13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pleamar.models.bulk import quick_cursor
from pleamar.queries.scopes import Scope
from pleamar.queries.settings import current_settings


class EndingCycle(NamedTuple):
    """A cycle that runs and will be invoiced, its partner's `number`th from 0.

    `card` is empty where none works; `outstanding` is as `12300 USD 500 EUR`, or empty. `last`: none follows it.
    `tax_rate` is in percent, None until tax is set up.
    """

    partner_id: int
    number: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    seats: int
    peak: int
    last: bool
    tax_rate: Decimal | None
    card: str
    outstanding: str


class ExpiringCard(NamedTuple):
    """A card that is charged, until the first moment of the month after its own where its partner is.

    `timezone` is the running cycle's, by which `cycle_end` is a day.
    """

    partner_id: int
    card_id: int
    card: str
    month: int
    year: int
    added_at: datetime
    expires_at: datetime
    cycle_end: datetime
    timezone: str


_CARD: Final = "coalesce(card.brand || ' ···· ' || card.last4, '')"
_EXPIRES: Final = "((make_date(expires_year, expires_month, 1) + interval '1 month') AT TIME ZONE partner.timezone)"


def _running(scope: Scope) -> str:
    """Partners whose running cycle will be invoiced, with the card that it would be charged to; none in shadow."""
    return f"""
        FROM meter JOIN partner ON partner.id = meter.partner_id JOIN seller ON seller.id = partner.seller_id
        LEFT JOIN card ON card.partner_id = partner.id AND card.in_use AND card.usable
        LEFT JOIN LATERAL (
            SELECT string_agg(owed || ' ' || currency, ' ' ORDER BY currency) AS owed FROM (
                SELECT currency, sum(total - paid - credited) AS owed FROM invoice
                WHERE invoice.partner_id = partner.id AND invoice.state = 'open' AND held_at IS NULL
                GROUP BY currency
            ) AS each
        ) AS outstanding ON TRUE
        WHERE partner.kind = 'msp' AND NOT meter.ended AND meter.starts_at >= partner.invoiced_from
            AND {scope.sql("partner.id")}
    """


def ending_cycles(scope: Scope, *, after: datetime, until: datetime) -> list[EndingCycle]:
    """The cycles that end after one moment and not after the other, of whose end their partners were not told yet."""
    running_in_scope = _running(scope)
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT partner.id, meter.index, starts_at, ends_at, meter.timezone, meter.currency, seats, peak, "
            f"ends_with_cycle, tax_rate, {_CARD}, coalesce(outstanding.owed, '') {running_in_scope} "
            "AND ends_at > %s AND ends_at <= %s "
            "AND NOT EXISTS (SELECT FROM outbox_message WHERE channel = 'mail' AND key = "
            "CASE WHEN card.id IS NULL THEN 'no_card:' ELSE 'cycle_closing:' END || partner.id || ':' || meter.index) "
            "ORDER BY partner.id",
            [after, until],
        )
        return [EndingCycle(*row) for row in cursor.fetchall()]


def expiring_cards(scope: Scope, *, after: datetime, until: datetime) -> list[ExpiringCard]:
    """The cards that expire after one moment and not after the other, of which their partners were not told yet."""
    running_in_scope = _running(scope)
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT partner.id, card.id, {_CARD}, expires_month, expires_year, added_at, {_EXPIRES}, ends_at, "
            "meter.timezone "
            f"{running_in_scope} "
            f"AND {_EXPIRES} > %s AND {_EXPIRES} <= %s "
            "AND NOT EXISTS (SELECT FROM outbox_message WHERE channel = 'mail' AND key = "
            "'card_expiring:' || card.id || ':' || expires_year || '-' || expires_month) ORDER BY partner.id",
            [after, until],
        )
        return [ExpiringCard(*row) for row in cursor.fetchall()]


def reminders_due(scope: Scope, after: datetime) -> datetime | None:
    """The earliest moment later than `after` at which there is something to remind a partner of, as things stand."""
    settings, running_in_scope = current_settings(), _running(scope)
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT min(due) FROM ("
            "SELECT ends_at - CASE WHEN card.id IS NULL THEN %s ELSE %s END AS due, starts_at AS since "
            f"{running_in_scope} "
            "AND (peak > 0 OR (card.id IS NULL AND outstanding.owed IS NOT NULL)) "
            f"UNION ALL SELECT {_EXPIRES} - %s, added_at {running_in_scope} "
            "AND card.id IS NOT NULL"
            ") AS reminder WHERE due > %s AND due > since",
            [
                *(timedelta(days=settings.no_card_notice_days), timedelta(days=settings.closing_notice_days)),
                *(timedelta(days=settings.card_expiry_notice_days), after),
            ],
        )
        row = cursor.fetchone()
        return None if row is None else row[0]
