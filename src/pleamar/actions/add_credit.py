"""Put money to a partner's name: what it paid or was credited beyond what it owed."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.record_act import record_act
from pleamar.models.bulk import quick_cursor
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money

_CREDITING = Cause(actor="pleamar", means="collect")


def add_credit(partner_id: int, amount: Money, now: datetime) -> None:
    """Raise the balance of the partner's credit in that currency; it is used before its next charge (rule M16).

    The caller holds the partner's lock and books the entry that the balance follows from; zero changes nothing. Raises
    ValueError for a negative amount.
    """
    if amount.minor < 0:
        message = f"a credit of {amount}"
        raise ValueError(message)
    if not amount:
        return
    with quick_cursor() as cursor:
        cursor.execute(
            "INSERT INTO partner_credit (partner_id, currency, balance) VALUES (%s::bigint, %s::text, %s::bigint) "
            "ON CONFLICT (partner_id, currency) DO UPDATE SET balance = partner_credit.balance + excluded.balance "
            "RETURNING balance",
            [partner_id, amount.currency, amount.minor],
        )
        row = cursor.fetchone()
    record_act(
        "add credit",
        amount.currency,
        cause=_CREDITING,
        at=now,
        partner_id=partner_id,
        amount=amount.minor,
        balance=row[0] if row else None,
    )
