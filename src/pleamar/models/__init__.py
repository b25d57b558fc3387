"""What is written down, and its migrations."""

from pleamar.models.accounts import Account
from pleamar.models.audit import AuditEvent
from pleamar.models.cards import Card
from pleamar.models.charges import Charge, ChargeAllocation
from pleamar.models.cycles import Cycle, CycleShare
from pleamar.models.history import HistoryImport
from pleamar.models.installation import Installation
from pleamar.models.invoices import Invoice, InvoiceDocument, InvoiceLine, NumberSeries
from pleamar.models.ledger import LedgerEntry, LedgerPosting
from pleamar.models.members import Member
from pleamar.models.meters import Meter
from pleamar.models.partners import Partner
from pleamar.models.prices import PriceBook, PriceTier, PriceVersion
from pleamar.models.sandbox import SandboxCard, SandboxIntent
from pleamar.models.seat_log import SeatBatch, SeatLogEntry
from pleamar.models.sellers import Seller
from pleamar.models.statements import Statement
from pleamar.models.users import User

__all__ = [
    "Account",
    "AuditEvent",
    "Card",
    "Charge",
    "ChargeAllocation",
    "Cycle",
    "CycleShare",
    "HistoryImport",
    "Installation",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "LedgerEntry",
    "LedgerPosting",
    "Member",
    "Meter",
    "NumberSeries",
    "Partner",
    "PriceBook",
    "PriceTier",
    "PriceVersion",
    "SandboxCard",
    "SandboxIntent",
    "SeatBatch",
    "SeatLogEntry",
    "Seller",
    "Statement",
    "User",
]
