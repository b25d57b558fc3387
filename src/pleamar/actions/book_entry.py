"""Book an entry in the ledger, once."""

from __future__ import annotations

from datetime import datetime

from pleamar.models import LedgerEntry, LedgerPosting
from pleamar.rules.ledger import Entry


def book_entry(partner_id: int, key: str, entry: Entry, *, now: datetime) -> None:
    """Write it inside the transaction of what it tells of. `key` (`charge:stripe:pi_…`) names that event.

    A key that is booked already raises IntegrityError: whoever calls has made sure that this happens once (rule P3).
    """
    written = LedgerEntry.unscoped.create(
        partner_id=partner_id, key=key, kind=entry.kind, currency=entry.currency, booked_at=now
    )
    LedgerPosting.unscoped.bulk_create(
        LedgerPosting(partner_id=partner_id, entry=written, account=posting.account.value, amount=posting.minor)
        for posting in entry.postings
    )
