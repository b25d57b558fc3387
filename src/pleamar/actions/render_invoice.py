"""Keep an invoice's PDF: rendered once, stored with its SHA-256, given out as it is from then on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pleamar.models import Invoice, InvoiceDocument
from pleamar.queries.invoice_facts import InvoiceFacts, find_invoice, invoice_facts
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """An invoice's PDF as it was first rendered, in the language of then."""

    number: str
    language: str
    content: bytes
    sha256: str
    rendered_at: datetime


def render_invoice(
    number: str, *, scope: Scope, paper: Callable[[InvoiceFacts], bytes], language: str, now: datetime
) -> StoredDocument:
    """The stored document if there is one; else what `paper` makes of the invoice's facts, stored.

    Refuses `invoice_unknown` and `invoice_ambiguous`. Of two callers at once one stores; both return the stored one.
    """
    invoice = find_invoice(scope, number)
    stored = _stored(invoice)
    if stored:
        return stored
    # Drawn before the transaction: it takes a while, and needs no lock.
    content = paper(invoice_facts(scope, invoice.public_id))
    with transaction.atomic():
        InvoiceDocument.unscoped.bulk_create(
            [
                InvoiceDocument(
                    partner_id=invoice.partner_id,
                    invoice=invoice,
                    language=language,
                    content=content,
                    sha256=hashlib.sha256(content).hexdigest(),
                    rendered_at=now,
                )
            ],
            ignore_conflicts=True,
        )
    # Read again: it may be the other caller's that was stored.
    document = InvoiceDocument.unscoped.get(invoice=invoice)
    return _as_stored(document, invoice)


def _stored(invoice: Invoice) -> StoredDocument | None:
    document = InvoiceDocument.unscoped.filter(invoice=invoice).first()
    return _as_stored(document, invoice) if document else None


def _as_stored(document: InvoiceDocument, invoice: Invoice) -> StoredDocument:
    # PostgreSQL's driver gives a binary column as a memoryview.
    return StoredDocument(
        number=invoice.number,
        language=document.language,
        content=bytes(document.content),
        sha256=document.sha256,
        rendered_at=document.rendered_at,
    )
