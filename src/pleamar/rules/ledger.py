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


def for_charge(amount: Money) -> Entry:
    """Dr gateway clearing, Cr receivable, for `amount` collected (rule P3). Raises ValueError unless it is positive."""
    if amount.minor <= 0:
        message = f"a charge collects something: {amount}"
        raise ValueError(message)
    postings = (
        Posting(LedgerAccount.GATEWAY_CLEARING, amount.minor),
        Posting(LedgerAccount.RECEIVABLE, -amount.minor),
    )
    return entry("charge", amount.currency, postings)


def trial_balance(entries: Iterable[Entry]) -> dict[tuple[LedgerAccount, str], int]:
    """Each account's balance by currency, in minor units, debits positive; of each currency they add up to zero (P3).

    Accounts that were posted to stand in it even when their balance is zero.
    """
    balances: defaultdict[tuple[LedgerAccount, str], int] = defaultdict(int)
    for one in entries:
        for posting in one.postings:
            balances[posting.account, one.currency] += posting.minor
    return dict(balances)
