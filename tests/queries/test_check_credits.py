"""The truths about credits, disputes and refunds: quiet while they hold, and each speaks when it is hurt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.record_dispute import record_dispute
from pleamar.actions.record_refunds import record_refunds
from pleamar.models import Charge
from pleamar.ports.payments import Dispute, DisputeStatus, Refund
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from tests.queries.small_world import SmallWorld
from tests.queries.test_check_books import _NORTHWIND, _QUIET, _case

Corrupt = Callable[..., int]

FINANCE = Cause("finance", "office", reason="the count was wrong")


def _entry(kind: str) -> str:
    return f"(SELECT min(id) FROM ledger_entry WHERE kind = '{kind}')"


def _shift(kind: str, up: str, down: str) -> str:
    """One unit more on one account and one less on the other of the first entry of a kind: it still balances."""
    return (
        f"UPDATE ledger_posting SET amount = amount + CASE account WHEN '{up}' THEN 1 ELSE -1 END "
        f"WHERE account IN ('{up}', '{down}') AND entry_id = {_entry(kind)}"
    )


CASES = [
    _case(
        "credits_and_invoices",
        "invoice INV-000003: credited 1600, expected 1599",
        "invoice_credit",
        "UPDATE invoice_credit SET amount = amount - 1 WHERE source = 'partner_credit'",
    ),
    _case(
        "credits_and_invoices",
        "credit note INV-CN-000002: applied 1000, expected 999",
        "invoice_credit",
        "UPDATE invoice_credit SET amount = amount - 1 WHERE source = 'credit_note'",
    ),
    _case(
        "credits_and_invoices",
        "credit note INV-CN-000001: booked off the revenue",
        "ledger_posting",
        _shift("credit_note", "revenue", "tax_payable"),
    ),
    _case(
        "credits_and_invoices",
        "credit note INV-CN-000003: entries 0, expected 1",
        "ledger_entry",
        "UPDATE ledger_entry SET key = 'credit_note:0' WHERE id = "
        "(SELECT max(id) FROM ledger_entry WHERE kind = 'credit_note')",
    ),
    _case(
        "credits_and_invoices",
        "tax of its credit notes",
        "credit_note",
        "UPDATE credit_note SET tax = tax + 5000, total = total + 5000",
    ),
    _case(
        "credits_and_invoices",
        "entries 0, expected 1",
        "ledger_entry",
        "UPDATE ledger_entry SET key = 'credit_used:0' WHERE kind = 'credit_used'",
    ),
    _case(
        "partner_credit_and_ledger",
        "Northwind IT: credit in USD: balance 33, expected 32",
        "partner_credit",
        "UPDATE partner_credit SET balance = balance + 1",
    ),
    _case(
        "disputes_and_ledger",
        "dispute dp_1, dispute:sandbox:dp_1:opened: booked as disputed 2000, expected 1999",
        "dispute",
        "UPDATE dispute SET amount = amount - 1 WHERE provider_reference = 'dp_1'",
    ),
    _case(
        "disputes_and_ledger",
        "dispute:sandbox:dp_1:won: entries 0, expected 1",
        "dispute",
        "UPDATE dispute SET state = 'won' WHERE provider_reference = 'dp_1'",
    ),
    _case(
        "disputes_and_ledger",
        "refund re_1: booked as refunded 100, expected 101",
        "outside_refund",
        "UPDATE outside_refund SET amount = amount + 1",
    ),
    _case(
        "disputes_and_ledger",
        "entry outside_refund:sandbox:re_0: entries 1, expected 0",
        "ledger_entry",
        "UPDATE ledger_entry SET key = 'outside_refund:sandbox:re_0' WHERE kind = 'outside_refund'",
    ),
    _case(
        "disputes_and_ledger",
        "taken back from its invoices 2000, expected 1999",
        "ledger_posting",
        f"UPDATE ledger_posting SET amount = amount - 1 WHERE account = 'receivable' AND entry_id = "
        f"{_entry('dispute_lost')}; "
        f"INSERT INTO ledger_posting (partner_id, entry_id, account, amount) "
        f"VALUES ({_NORTHWIND}, {_entry('dispute_lost')}, 'dispute_losses', 1)",
    ),
    _case(
        "invoice_numbers",
        "credit note INV-CN-000003 of seller Meridian Software: sequence 4, expected 3",
        "credit_note",
        "UPDATE credit_note SET sequence = 4 WHERE sequence = 3",
    ),
    _case(
        "charges_and_invoices",
        "settled charges that block it 1, expected 0",
        "charge_allocation",
        "UPDATE charge_allocation SET live = true WHERE reversed > 0",
    ),
    _case(
        "charges_and_invoices",
        "taken by invoices 1, expected 0",
        "charge_allocation",
        "UPDATE charge_allocation SET applied = 1 WHERE charge_id IN (SELECT id FROM charge WHERE state = 'canceled')",
    ),
    _case("rows_and_owners", "partner", "credit_note", f"UPDATE credit_note SET partner_id = {_QUIET}"),
    _case("rows_and_owners", "partner", "dispute", f"UPDATE dispute SET partner_id = {_QUIET}"),
]


@pytest.fixture
def credited(world: SmallWorld) -> SmallWorld:
    """Two notes of INV-000002 became credit, and that of the first went to INV-000003, which got its own note and is
    planned to be charged. The dispute of INV-000001's charge was lost, and some of the other one given back.
    """
    now = world.clock()
    for number, minor in (("INV-000002", 600), ("INV-000003", 1000), ("INV-000002", 32)):
        credit_invoice(number, Money(minor, "USD"), cause=FINANCE, now=now)
    first, second = Charge.unscoped.filter(state="succeeded").order_by("id")
    statuses: list[DisputeStatus] = ["open", "lost"]
    for status in statuses:
        record_dispute(Dispute("dp_1", first.provider_id or "", Money(2000, "USD"), status), first.pk, now=now)
    record_refunds([Refund("re_1", second.provider_id or "", Money(100, "USD"))], second.pk, now=now)
    return world


def test_m16_p3_the_books_are_quiet_about_credits_and_disputes(credited: SmallWorld) -> None:
    assert check_books(EVERYTHING) == []
    assert check_books(Scope(credited.northwind.pk)) == []
    assert check_books(Scope(credited.quiet.pk)) == []


@pytest.mark.parametrize(("truth", "told", "table", "statement", "without"), CASES)
def test_m16_p3_the_truth_that_is_hurt_speaks(
    credited: SmallWorld, corrupt: Corrupt, truth: str, told: str, table: str, statement: str, without: Any
) -> None:
    assert corrupt(table, statement, *without) >= 1
    found = check_books(EVERYTHING)
    assert any(told in difference.text for difference in found), [difference.text for difference in found]
    assert truth in {difference.truth for difference in found if told in difference.text}


def test_these_truths_have_been_hurt() -> None:
    hurt = {case.values[0] for case in CASES}  # type: ignore[attr-defined]
    assert {"credits_and_invoices", "disputes_and_ledger", "partner_credit_and_ledger"} <= hurt
