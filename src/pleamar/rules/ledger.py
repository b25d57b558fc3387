"""The books: balanced double entries, in minor units of one currency each (rule P3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pleamar.rules.invoicing import Totals
from pleamar.rules.money import Money


class LedgerAccount(StrEnum):
    """Where money stands in the books; not to be taken for a customer's account."""

    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    TAX_PAYABLE = "tax_payable"
    GATEWAY_CLEARING = "gateway_clearing"
    PARTNER_CREDIT = "partner_credit"
    DISPUTED = "disputed"
    DISPUTE_LOSSES = "dispute_losses"
    REFUNDED_OUTSIDE = "refunded_outside"


@dataclass(frozen=True, slots=True)
class Posting:
    """`minor` units on one account: positive is a debit, negative a credit."""

    account: LedgerAccount
    minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event (`kind`) writes: postings of one currency, none of them zero, that add up to zero (rule P3).

    Raises ValueError when they do not, or when there are none; `entry` leaves zero postings out first.
    """

    kind: str
    currency: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if not self.postings:
            message = f"a {self.kind} entry without postings"
            raise ValueError(message)
        if not all(posting.minor for posting in self.postings):
            message = f"a {self.kind} entry with a posting of zero"
            raise ValueError(message)
        difference = sum(posting.minor for posting in self.postings)
        if difference:
            message = f"a {self.kind} entry that is off balance by {difference} {self.currency}"
            raise ValueError(message)


def entry(kind: str, currency: str, postings: Iterable[Posting]) -> Entry:
    """A balanced entry without its zero postings (rule P3).

    Raises ValueError when the postings do not balance or all are zero.
    """
    return Entry(kind, currency, tuple(posting for posting in postings if posting.minor))


def for_invoice(totals: Totals) -> Entry | None:
    """Dr receivable the total; Cr revenue the net, Cr tax payable the tax. None when all are zero (rule P3).

    Raises ValueError when the total is not net + tax, or when they are not of one currency.
    """
    net, tax, total = totals.net, totals.tax, totals.total
    if net + tax != total:
        message = f"{net} and {tax} do not make {total}"
        raise ValueError(message)
    if not (net or tax or total):
        return None
    postings = (
        Posting(LedgerAccount.RECEIVABLE, total.minor),
        Posting(LedgerAccount.REVENUE, -net.minor),
        Posting(LedgerAccount.TAX_PAYABLE, -tax.minor),
    )
    return entry("invoice", total.currency, postings)


def for_charge(amount: Money, applied: Money) -> Entry:
    """Dr gateway clearing the `amount` collected; Cr receivable what its invoices took, Cr partner credit the rest.

    Money that was not owed any more is the partner's (rules P3, M16). Raises ValueError unless 0 ≤ applied ≤ amount
    and something was collected.
    """
    if amount.minor <= 0 or not 0 <= applied.minor <= amount.minor:
        message = f"a charge collects something, and its invoices take at most that: {applied} of {amount}"
        raise ValueError(message)
    postings = (
        Posting(LedgerAccount.GATEWAY_CLEARING, amount.minor),
        Posting(LedgerAccount.RECEIVABLE, -applied.minor),
        Posting(LedgerAccount.PARTNER_CREDIT, -(amount - applied).minor),
    )
    return entry("charge", amount.currency, postings)


def for_credit_note(totals: Totals, applied: Money) -> Entry:
    """Dr revenue the net, Dr tax payable the tax; Cr receivable what the invoice owed, Cr partner credit the rest.

    Raises ValueError unless the total is positive, made of net and tax, and at least `applied` (rules M16, P3).
    """
    net, tax, total = totals.net, totals.tax, totals.total
    if net + tax != total or total.minor <= 0 or not 0 <= applied.minor <= total.minor:
        message = f"{net} and {tax} do not make a credit note of {total}, {applied} of it applied"
        raise ValueError(message)
    postings = (
        Posting(LedgerAccount.REVENUE, net.minor),
        Posting(LedgerAccount.TAX_PAYABLE, tax.minor),
        Posting(LedgerAccount.RECEIVABLE, -applied.minor),
        Posting(LedgerAccount.PARTNER_CREDIT, -(total - applied).minor),
    )
    return entry("credit_note", total.currency, postings)


def for_credit_used(amount: Money) -> Entry:
    """Dr partner credit, Cr receivable: an invoice is settled with what the partner had to its name (rules M16, P3)."""
    return _moved("credit_used", LedgerAccount.PARTNER_CREDIT, LedgerAccount.RECEIVABLE, amount)


def for_dispute_opened(amount: Money) -> Entry:
    """Dr disputed, Cr gateway clearing: the bank has taken it back until the dispute is decided (rule P3)."""
    return _moved("dispute_opened", LedgerAccount.DISPUTED, LedgerAccount.GATEWAY_CLEARING, amount)


def for_dispute_won(amount: Money) -> Entry:
    """Dr gateway clearing, Cr disputed: the money came back (rule P3)."""
    return _moved("dispute_won", LedgerAccount.GATEWAY_CLEARING, LedgerAccount.DISPUTED, amount)


def for_dispute_lost(amount: Money, reopened: Money) -> Entry:
    """Cr disputed; Dr receivable what invoices owe again, Dr dispute losses what had become the partner's credit (P3).

    Raises ValueError unless 0 ≤ reopened ≤ amount and the amount is positive.
    """
    if amount.minor <= 0 or not 0 <= reopened.minor <= amount.minor:
        message = f"a dispute takes something, and at most that is owed again: {reopened} of {amount}"
        raise ValueError(message)
    postings = (
        Posting(LedgerAccount.RECEIVABLE, reopened.minor),
        Posting(LedgerAccount.DISPUTE_LOSSES, (amount - reopened).minor),
        Posting(LedgerAccount.DISPUTED, -amount.minor),
    )
    return entry("dispute_lost", amount.currency, postings)


def for_outside_refund(amount: Money) -> Entry:
    """Dr refunded outside, Cr gateway clearing: given back at the provider, past us; staff have to explain it (P3)."""
    return _moved("outside_refund", LedgerAccount.REFUNDED_OUTSIDE, LedgerAccount.GATEWAY_CLEARING, amount)


def _moved(kind: str, to: LedgerAccount, out_of: LedgerAccount, amount: Money) -> Entry:
    if amount.minor <= 0:
        message = f"a {kind} entry moves something: {amount}"
        raise ValueError(message)
    return entry(kind, amount.currency, (Posting(to, amount.minor), Posting(out_of, -amount.minor)))


def trial_balance(entries: Iterable[Entry]) -> dict[tuple[LedgerAccount, str], int]:
    """Each account's balance by currency, in minor units, debits positive; of each currency they add up to zero (P3).

    Accounts that were posted to stand in it even when their balance is zero.
    """
    balances: defaultdict[tuple[LedgerAccount, str], int] = defaultdict(int)
    for one in entries:
        for posting in one.postings:
            balances[posting.account, one.currency] += posting.minor
    return dict(balances)
