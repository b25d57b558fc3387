"""Tell partners what their cycle comes to, shortly before it ends, or that there is no card for it (M12, M13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.arrears import arrears
from pleamar.queries.price_books import Books, price_books
from pleamar.queries.reminders import EndingCycle, ending_cycles
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules.cycles import local_date
from pleamar.rules.invoicing import totals
from pleamar.rules.notices import due_notice
from pleamar.rules.prices import price


def remind_of_cycles(*, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many were told, each once a cycle; who has no card that works is told that instead.

    The amount is what the invoice would come to, tax included, if the peak stayed. Who would owe nothing is not told,
    nor anybody in shadow, nor who has no price book.
    """
    settings = current_settings()
    with_card, without = settings.closing_notice_days, settings.no_card_notice_days
    until = now + timedelta(days=max(with_card, without))
    due = [
        cycle
        for cycle in ending_cycles(EVERYTHING, after=now, until=until)
        if due_notice(cycle.ends_at, [with_card if cycle.card else without], since=cycle.starts_at, now=now) is not None
    ]
    tellings = _tellings(due, now)
    write_messages(tellings, now=now, jobs=jobs)
    return len(tellings)


def _tellings(cycles: Sequence[EndingCycle], now: datetime) -> list[Telling]:
    if not cycles:
        return []
    books = price_books(EVERYTHING, [cycle.partner_id for cycle in cycles])
    standings = _standings([cycle.partner_id for cycle in cycles if not cycle.card], now)
    tellings = (_telling(cycle, _amount(cycle, books), standings.get(cycle.partner_id, "good")) for cycle in cycles)
    return [told for told in tellings if told is not None]


def _standings(partner_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """Those partners that are `overdue` or `suspended` at this moment, whoever has looked since or not (rule M14)."""
    found = arrears(EVERYTHING, now=now, partner_ids=partner_ids) if partner_ids else []
    overdue = {one.partner_id: "overdue" for one in found if one.facts.overdue_since is not None}
    blocked = (one.partner_id for one in found if one.before is not None and one.before.state == "suspended")
    return overdue | dict.fromkeys(blocked, "suspended")


def _amount(cycle: EndingCycle, books: Books) -> int | None:
    """In minor units; None without a price book."""
    started = local_date(cycle.starts_at, cycle.timezone)
    version = books.applicable(cycle.partner_id, cycle.currency, started)
    if version is None:
        return None
    lines = (line.amount for line in price(version, cycle.peak).lines)
    return totals(lines, cycle.currency, cycle.tax_rate or Decimal(0)).total.minor


def _telling(cycle: EndingCycle, amount: int | None, standing: str) -> Telling | None:
    if amount is None or not (amount or (cycle.outstanding and not cycle.card)):
        return None
    facts: dict[str, str | int] = {
        "cycle_end": cycle.ends_at.isoformat(),
        "timezone": cycle.timezone,
        "amount": amount,
        "currency": cycle.currency,
    }
    if cycle.card:
        topic = "cycle_closing"
        facts |= {"seats": cycle.seats, "peak": cycle.peak, "card": cycle.card, "last": int(cycle.last)}
    else:
        topic = "no_card"
        facts |= {"outstanding": cycle.outstanding, "standing": standing}
    return Telling(cycle.partner_id, topic, f"{topic}:{cycle.partner_id}:{cycle.number}", facts)
