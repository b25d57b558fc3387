"""What is overdue, against a count by hand of any mixture of invoices (rules M14 and M27)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest

from pleamar.actions.install import install
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Charge, ChargeAllocation, Invoice, Partner
from pleamar.queries.arrears import arrears
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.collecting import smallest
from pleamar.rules.money import Money
from tests.fakes.people import TESTER
from tests.fakes.written_invoices import START as PRICED
from tests.fakes.written_invoices import card_of, written_invoice

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=200)
# How an invoice stands: three in seven are simply open.
KINDS = ("open", "open", "open", "paid", "held", "first charge", "charged again")


class Owed(NamedTuple):
    """`since`: its issue and the time that it was on hold."""

    kind: str
    currency: str
    amount: int
    since: datetime
    invoice: Invoice


@pytest.mark.parametrize("seed", range(8))
def test_m14_m27_what_is_overdue_is_as_counted_by_hand(db: None, seed: int) -> None:
    install("sandbox", seller="Meridian Software", cause=TESTER, now=PRICED)
    chance = Random(seed)
    expected = {}
    for number in range(6):
        partner = open_partner(NewPartner(f"Partner {number}", "USD"), created=START, cause=TESTER, now=START)
        expected[partner.pk] = by_hand([written(partner, index, chance) for index in range(chance.randrange(6))])
    found = arrears(EVERYTHING, now=NOW)
    assert {
        one.partner_id: (one.facts.overdue_since, one.facts.in_process, one.oldest, one.overdue) for one in found
    } == expected
    for one in found:
        assert (
            arrears(Scope(one.partner_id), now=NOW)
            == [one]
            == arrears(EVERYTHING, now=NOW, partner_ids=[one.partner_id])
        )
        assert arrears(Scope(one.partner_id), now=NOW, partner_ids=[one.partner_id + 1]) == []


def written(partner: Partner, index: int, chance: Random) -> Owed:
    kind, currency = chance.choice(KINDS), chance.choice(("USD", "EUR", "CLP"))
    amount = chance.choice((1, 24, 25, 49, 50, 2400))
    issued = START + timedelta(days=chance.randrange(30), hours=chance.randrange(24))
    held_for = timedelta(hours=chance.choice((0, 0, 5, 900)))
    invoice = written_invoice(partner, [1], sequence=partner.pk * 10 + index, index=index)
    paid = kind == "paid"
    Invoice.unscoped.filter(pk=invoice.pk).update(
        currency=currency,
        net=amount + 30,
        tax=0,
        total=amount + 30,
        credited=30,
        paid=amount if paid else 0,
        state="paid" if paid else "open",
        issued_at=issued,
        held_for=held_for,
        held_at=NOW if kind == "held" else None,
    )
    if kind in ("first charge", "charged again"):
        charge(invoice, amount, issued + held_for + (timedelta(seconds=1) if kind == "charged again" else timedelta()))
    return Owed(kind, currency, amount, issued + held_for, invoice)


def charge(invoice: Invoice, amount: int, planned_at: datetime) -> None:
    card = card_of(invoice.partner, str(invoice.pk), in_use=False)
    under_way = Charge.unscoped.create(
        partner=invoice.partner,
        card=card,
        currency=invoice.currency,
        amount=amount,
        state="processing",
        planned_at=planned_at,
        due_at=NOW,
    )
    ChargeAllocation.unscoped.create(
        partner=invoice.partner, charge=under_way, invoice=invoice, amount=amount, owed=amount
    )


def by_hand(invoices: Iterable[Owed]) -> tuple[datetime | None, bool, str, tuple[Money, ...]]:
    """From when it is overdue, whether what was overdue is being charged, its oldest invoice, all that is overdue."""
    rows = list(invoices)
    by_currency: defaultdict[str, list[Owed]] = defaultdict(list)
    for owed in sorted(rows, key=lambda one: (one.since, one.invoice.pk)):
        if owed.kind == "open":
            by_currency[owed.currency].append(owed)
    overdue, oldest = [], []
    for currency in sorted(by_currency):
        so_far = 0
        for owed in by_currency[currency]:
            so_far += owed.amount
            if so_far >= smallest(currency):
                oldest.append(owed)
                overdue.append(Money(sum(one.amount for one in by_currency[currency]), currency))
                break
    in_process = any(one.kind == "charged again" for one in rows)
    if not oldest:
        return None, in_process, "", ()
    first = min(oldest, key=lambda one: (one.since, one.invoice.pk))
    return first.since, in_process, first.invoice.public_id, tuple(overdue)
