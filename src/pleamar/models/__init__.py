"""What is written down, and its migrations."""

from pleamar.models.accounts import Account
from pleamar.models.alerts import UsageAlert
from pleamar.models.audit import AuditEvent
from pleamar.models.cards import Card, CardSetup, GatewayCustomer
from pleamar.models.charges import Charge, ChargeAllocation
from pleamar.models.credits import CreditNote, InvoiceCredit, PartnerCredit
from pleamar.models.cycles import Cycle, CycleShare
from pleamar.models.deny_list import DenyEntry
from pleamar.models.disputes import Dispute, OutsideRefund
from pleamar.models.file_imports import FileImport
from pleamar.models.history import HistoryImport
from pleamar.models.installation import Installation
from pleamar.models.invoices import Invoice, InvoiceDocument, InvoiceLine, NumberSeries
from pleamar.models.ledger import LedgerEntry, LedgerPosting
from pleamar.models.members import Member
from pleamar.models.meters import Meter
from pleamar.models.outbox import OutboxMessage
from pleamar.models.partners import Partner
from pleamar.models.prices import PriceAnnouncement, PriceBook, PriceTier, PriceVersion
from pleamar.models.provider_events import EventCursor, ReceivedEvent
from pleamar.models.quote_requests import QuoteRequest
from pleamar.models.recipients import BillingRecipient
from pleamar.models.resale import ResaleTerms
from pleamar.models.sandbox import SandboxCard, SandboxFault, SandboxIntent, SandboxRecord
from pleamar.models.seat_log import SeatBatch, SeatLogEntry
from pleamar.models.sellers import Seller
from pleamar.models.settings import Setting
from pleamar.models.standing import Standing
from pleamar.models.statements import Statement
from pleamar.models.teams import AccountAdministrator, Invitation, TeamMember
from pleamar.models.users import User

__all__ = [
    "Account",
    "AccountAdministrator",
    "AuditEvent",
    "BillingRecipient",
    "Card",
    "CardSetup",
    "Charge",
    "ChargeAllocation",
    "CreditNote",
    "Cycle",
    "CycleShare",
    "DenyEntry",
    "Dispute",
    "EventCursor",
    "FileImport",
    "GatewayCustomer",
    "HistoryImport",
    "Installation",
    "Invitation",
    "Invoice",
    "InvoiceCredit",
    "InvoiceDocument",
    "InvoiceLine",
    "LedgerEntry",
    "LedgerPosting",
    "Member",
    "Meter",
    "NumberSeries",
    "OutboxMessage",
    "OutsideRefund",
    "Partner",
    "PartnerCredit",
    "PriceAnnouncement",
    "PriceBook",
    "PriceTier",
    "PriceVersion",
    "QuoteRequest",
    "ReceivedEvent",
    "ResaleTerms",
    "SandboxCard",
    "SandboxFault",
    "SandboxIntent",
    "SandboxRecord",
    "SeatBatch",
    "SeatLogEntry",
    "Seller",
    "Setting",
    "Standing",
    "Statement",
    "TeamMember",
    "UsageAlert",
    "User",
]
