"""The books balance (rule P3)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.invoicing import Totals, totals
from pleamar.rules.ledger import (
    Entry,
    LedgerAccount,
    Posting,
    entry,
    for_charge,
    for_credit_note,
    for_credit_used,
    for_dispute_lost,
    for_dispute_opened,
    for_dispute_won,
    for_invoice,
    for_outside_refund,
    trial_balance,
)
from pleamar.rules.money import Money

RECEIVABLE, REVENUE = LedgerAccount.RECEIVABLE, LedgerAccount.REVENUE
TAX_PAYABLE, CLEARING = LedgerAccount.TAX_PAYABLE, LedgerAccount.GATEWAY_CLEARING
PARTNER_CREDIT = LedgerAccount.PARTNER_CREDIT


def charged(amount: Money) -> Entry:
    """A charge all of which its invoices took."""
    return for_charge(amount, amount)


currencies = st.sampled_from(["USD", "JPY", "KWD"])
accounts = st.sampled_from(list(LedgerAccount))


def test_p3_the_accounts_are_stored_under_these_names() -> None:
    assert [str(account) for account in LedgerAccount] == [
        *("receivable", "revenue", "tax_payable", "gateway_clearing", "partner_credit"),
        *("disputed", "dispute_losses", "refunded_outside"),
    ]


def test_p3_an_invoice_is_owed_as_revenue_and_tax() -> None:
    written = for_invoice(totals([Money(21000, "USD")], "USD", Decimal(21)))
    assert written == Entry(
        "invoice", "USD", (Posting(RECEIVABLE, 25410), Posting(REVENUE, -21000), Posting(TAX_PAYABLE, -4410))
    )


def test_p3_an_invoice_without_tax_posts_none() -> None:
    written = for_invoice(totals([Money(500, "JPY")], "JPY", Decimal(0)))
    assert written == Entry("invoice", "JPY", (Posting(RECEIVABLE, 500), Posting(REVENUE, -500)))


def test_p3_an_invoice_of_zero_writes_nothing() -> None:
    assert for_invoice(totals([], "KWD", Decimal(21))) is None
    assert for_invoice(totals([Money(5, "KWD"), Money(-5, "KWD")], "KWD", Decimal(21))) is None


@pytest.mark.parametrize(
    ("net", "tax", "total"),
    [
        (Money(100, "USD"), Money(21, "USD"), Money(120, "USD")),
        (Money(100, "USD"), Money(21, "USD"), Money(121, "EUR")),
        (Money(100, "USD"), Money(21, "EUR"), Money(121, "USD")),
        (Money(100, "USD"), Money(-100, "USD"), Money(1, "USD")),
    ],
)
def test_p3_totals_that_do_not_add_up_are_not_written(net: Money, tax: Money, total: Money) -> None:
    with pytest.raises(ValueError, match="USD"):
        for_invoice(Totals(net, Decimal(21), tax, total))


def test_p3_totals_that_cancel_out_are_still_written() -> None:
    written = for_invoice(Totals(Money(100, "USD"), Decimal(0), Money(-100, "USD"), Money(0, "USD")))
    assert written == Entry("invoice", "USD", (Posting(REVENUE, -100), Posting(TAX_PAYABLE, 100)))


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_p3_a_charge_moves_what_was_owed_to_the_gateway(currency: str) -> None:
    expected = Entry("charge", currency, (Posting(CLEARING, 25410), Posting(RECEIVABLE, -25410)))
    assert charged(Money(25410, currency)) == expected


def test_m16_p3_what_invoices_owe_no_more_is_the_partners() -> None:
    written = for_charge(Money(100, "USD"), Money(30, "USD"))
    assert written == Entry(
        "charge", "USD", (Posting(CLEARING, 100), Posting(RECEIVABLE, -30), Posting(PARTNER_CREDIT, -70))
    )
    assert for_charge(Money(100, "USD"), Money(0, "USD")).postings == (
        Posting(CLEARING, 100),
        Posting(PARTNER_CREDIT, -100),
    )


@pytest.mark.parametrize(("minor", "applied"), [(0, 0), (-1, -1), (5, 6), (5, -1)])
def test_p3_a_charge_collects_something_and_its_invoices_take_at_most_that(minor: int, applied: int) -> None:
    with pytest.raises(ValueError, match="collects something"):
        for_charge(Money(minor, "USD"), Money(applied, "USD"))


def test_m16_p3_a_credit_note_takes_revenue_and_tax_back() -> None:
    note = Totals(Money(1000, "USD"), Decimal(21), Money(210, "USD"), Money(1210, "USD"))
    assert for_credit_note(note, Money(1210, "USD")) == Entry(
        "credit_note", "USD", (Posting(REVENUE, 1000), Posting(TAX_PAYABLE, 210), Posting(RECEIVABLE, -1210))
    )
    assert for_credit_note(note, Money(1000, "USD")).postings[2:] == (
        Posting(RECEIVABLE, -1000),
        Posting(PARTNER_CREDIT, -210),
    )
    assert for_credit_note(note, Money(0, "USD")).postings[2:] == (Posting(PARTNER_CREDIT, -1210),)


@pytest.mark.parametrize(
    ("net", "tax", "total", "applied"),
    [(100, 21, 120, 0), (0, 0, 0, 0), (-100, -21, -121, -121), (100, 21, 121, 122), (100, 21, 121, -1)],
)
def test_m16_p3_a_credit_note_that_does_not_add_up_is_not_written(net: int, tax: int, total: int, applied: int) -> None:
    note = Totals(Money(net, "USD"), Decimal(21), Money(tax, "USD"), Money(total, "USD"))
    with pytest.raises(ValueError, match="credit note"):
        for_credit_note(note, Money(applied, "USD"))


MOVED = [
    (for_credit_used, "credit_used", PARTNER_CREDIT, RECEIVABLE),
    (for_dispute_opened, "dispute_opened", LedgerAccount.DISPUTED, CLEARING),
    (for_dispute_won, "dispute_won", CLEARING, LedgerAccount.DISPUTED),
    (for_outside_refund, "outside_refund", LedgerAccount.REFUNDED_OUTSIDE, CLEARING),
]


@pytest.mark.parametrize(("write", "kind", "to", "out_of"), MOVED)
def test_p3_what_only_moves_goes_from_one_account_to_the_other(
    write: Callable[[Money], Entry], kind: str, to: LedgerAccount, out_of: LedgerAccount
) -> None:
    assert write(Money(700, "JPY")) == Entry(kind, "JPY", (Posting(to, 700), Posting(out_of, -700)))
    for minor in (0, -700):
        with pytest.raises(ValueError, match="moves something"):
            write(Money(minor, "JPY"))


def test_p3_a_lost_dispute_is_owed_again_as_far_as_invoices_had_it() -> None:
    lost = for_dispute_lost(Money(100, "USD"), Money(60, "USD"))
    assert lost == Entry(
        "dispute_lost",
        "USD",
        (Posting(RECEIVABLE, 60), Posting(LedgerAccount.DISPUTE_LOSSES, 40), Posting(LedgerAccount.DISPUTED, -100)),
    )
    for minor, reopened in ((0, 0), (-1, -1), (5, 6), (5, -1)):
        with pytest.raises(ValueError, match="at most that is owed again"):
            for_dispute_lost(Money(minor, "USD"), Money(reopened, "USD"))


@given(st.integers(1, 10**9), currencies, st.data())
def test_p3_after_a_dispute_nothing_is_disputed_any_more(minor: int, currency: str, data: st.DataObject) -> None:
    disputed = Money(minor, currency)
    taken = Money(data.draw(st.integers(0, minor)), currency)
    for closed in (for_dispute_won(disputed), for_dispute_lost(disputed, taken)):
        balances = trial_balance([charged(disputed), for_dispute_opened(disputed), closed])
        assert balances[LedgerAccount.DISPUTED, currency] == 0
        assert sum(balances.values()) == 0


def test_p3_zero_postings_are_left_out() -> None:
    written = entry("credit", "KWD", [Posting(REVENUE, 7), Posting(TAX_PAYABLE, 0), Posting(PARTNER_CREDIT, -7)])
    assert written.postings == (Posting(REVENUE, 7), Posting(PARTNER_CREDIT, -7))


@pytest.mark.parametrize(
    ("postings", "reason"),
    [
        ([], "without postings"),
        ([Posting(REVENUE, 0), Posting(RECEIVABLE, 0)], "without postings"),
        ([Posting(REVENUE, 5)], "off balance by 5 USD"),
        ([Posting(RECEIVABLE, 5), Posting(REVENUE, -6)], "off balance by -1 USD"),
    ],
)
def test_p3_an_entry_that_does_not_balance_cannot_be_made(postings: list[Posting], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        entry("correction", "USD", postings)


def test_p3_an_entry_made_by_hand_is_checked_too() -> None:
    with pytest.raises(ValueError, match="off balance by 1 USD"):
        Entry("correction", "USD", (Posting(REVENUE, 1),))
    with pytest.raises(ValueError, match="posting of zero"):
        Entry("correction", "USD", (Posting(REVENUE, 1), Posting(TAX_PAYABLE, 0), Posting(RECEIVABLE, -1)))


@settings(deadline=None)
@given(st.lists(st.builds(Posting, accounts, st.integers(-3, 3)), max_size=6), currencies)
def test_p3_an_entry_is_made_exactly_when_it_balances(postings: list[Posting], currency: str) -> None:
    owed = sum(posting.minor for posting in postings if posting.minor > 0)
    paid = sum(-posting.minor for posting in postings if posting.minor < 0)
    if owed == paid > 0:
        assert list(entry("correction", currency, postings).postings) == [it for it in postings if it.minor]
    else:
        with pytest.raises(ValueError, match="correction"):
            entry("correction", currency, postings)


invoiced = st.tuples(st.integers(1, 10**9), currencies, st.decimals(0, 30, places=2))


@settings(deadline=None)
@given(st.lists(invoiced, max_size=10), st.data())
def test_p3_the_trial_balance_adds_up_in_every_currency(
    invoices: list[tuple[int, str, Decimal]], data: st.DataObject
) -> None:
    entries: list[Entry] = []
    expected: dict[tuple[LedgerAccount, str], int] = {}

    def add(account: LedgerAccount, currency: str, minor: int) -> None:
        expected[account, currency] = expected.get((account, currency), 0) + minor

    for minor, currency, rate in invoices:
        made = totals([Money(minor, currency)], currency, rate)
        written = for_invoice(made)
        assert written is not None
        entries.append(written)
        collected = data.draw(st.integers(1, made.total.minor), label="collected")
        entries.append(charged(Money(collected, currency)))
        add(RECEIVABLE, currency, made.total.minor - collected)
        add(REVENUE, currency, -minor)
        if made.tax:
            add(TAX_PAYABLE, currency, -made.tax.minor)
        add(CLEARING, currency, collected)

    balances = trial_balance(entries)
    assert balances == expected
    for code in ("USD", "JPY", "KWD"):
        assert sum(minor for (_, currency), minor in balances.items() if currency == code) == 0


def test_p3_the_trial_balance_keeps_currencies_apart() -> None:
    assert trial_balance([charged(Money(5, "USD")), charged(Money(7, "JPY")), charged(Money(2, "USD"))]) == {
        (CLEARING, "USD"): 7,
        (RECEIVABLE, "USD"): -7,
        (CLEARING, "JPY"): 7,
        (RECEIVABLE, "JPY"): -7,
    }


def test_p3_no_entries_have_no_balance() -> None:
    assert trial_balance([]) == {}


def test_p3_an_account_that_is_settled_stands_at_zero() -> None:
    made = totals([Money(100, "KWD")], "KWD", Decimal(5))
    written = for_invoice(made)
    assert written is not None
    balances = trial_balance([written, charged(made.total)])
    assert balances == {
        (RECEIVABLE, "KWD"): 0,
        (REVENUE, "KWD"): -100,
        (TAX_PAYABLE, "KWD"): -5,
        (CLEARING, "KWD"): 105,
    }
