"""The ledger: balanced double entries, never changed."""

from __future__ import annotations

from django.db import models

from pleamar.models.rows import TenantTable, loose, moment


class LedgerEntry(TenantTable):
    """One thing that happened to money. `key` names it (`invoice:42`, `charge:<provider id>`): booked once, ever."""

    partner = loose("pleamar.Partner", db_index=False)
    key = models.TextField()
    kind = models.TextField()
    currency = models.CharField(max_length=3)
    booked_at = moment()

    class Meta(TenantTable.Meta):
        db_table = "ledger_entry"
        constraints = [models.UniqueConstraint(name="ledger_entry_once", fields=["key"])]

    def __str__(self) -> str:
        return self.key


class LedgerPosting(TenantTable):
    """One side of an entry, in minor units of its currency: debits positive, credits negative; they add up to zero."""

    partner = loose("pleamar.Partner", db_index=False)
    entry = loose("pleamar.LedgerEntry", related_name="postings")
    account = models.TextField()
    amount = models.BigIntegerField()

    class Meta(TenantTable.Meta):
        db_table = "ledger_posting"

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
