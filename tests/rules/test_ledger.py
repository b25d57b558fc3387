"""The books balance (rule P3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.invoicing import Totals, totals
from pleamar.rules.ledger import Entry, LedgerAccount, Posting, entry, for_charge, for_invoice, trial_balance
from pleamar.rules.money import Money

RECEIVABLE, REVENUE = LedgerAccount.RECEIVABLE, LedgerAccount.REVENUE
TAX_PAYABLE, CLEARING = LedgerAccount.TAX_PAYABLE, LedgerAccount.GATEWAY_CLEARING
PARTNER_CREDIT = LedgerAccount.PARTNER_CREDIT

currencies = st.sampled_from(["USD", "JPY", "KWD"])
accounts = st.sampled_from(list(LedgerAccount))


def test_p3_the_accounts_are_stored_under_these_names() -> None:
    names = ["receivable", "revenue", "tax_payable", "gateway_clearing", "partner_credit"]
    assert [str(account) for account in LedgerAccount] == names


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
    assert for_charge(Money(25410, currency)) == expected


@pytest.mark.parametrize("minor", [0, -1])
def test_p3_a_charge_collects_something(minor: int) -> None:
    with pytest.raises(ValueError, match="collects something"):
        for_charge(Money(minor, "USD"))


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
        entries.append(for_charge(Money(collected, currency)))
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
    assert trial_balance([for_charge(Money(5, "USD")), for_charge(Money(7, "JPY")), for_charge(Money(2, "USD"))]) == {
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
    balances = trial_balance([written, for_charge(made.total)])
    assert balances == {
        (RECEIVABLE, "KWD"): 0,
        (REVENUE, "KWD"): -100,
        (TAX_PAYABLE, "KWD"): -5,
        (CLEARING, "KWD"): 105,
    }
