"""What goes into letters besides their words: links to our pages, and invoices as PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from pleamar.actions.render_invoice import render_invoice
from pleamar.ports.documents import InvoicePaper, InvoiceRenderer
from pleamar.ports.mail import Attachment, Letter, LetterWriter, Message
from pleamar.queries.invoice_facts import InvoiceFacts
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.documents import invoice_renderer
from pleamar.wiring.links import with_links


class PaperWriter(Protocol):
    """Puts an invoice into words, for paper."""

    def __call__(self, facts: InvoiceFacts, language: str, *, as_of: datetime) -> InvoicePaper:
        """The paper, in `language`."""
        ...


def letter_writer(write: LetterWriter, paper: PaperWriter) -> LetterWriter:
    """The words of `write`, with their links; a mail about an invoice brings it along, as it is kept from then on."""
    renderer = invoice_renderer()
    write = with_links(write)

    def written(message: Message) -> Letter:
        letter = write(message)
        if message.topic != "invoice_issued":
            return letter
        return replace(letter, attachments=(_invoice(message, paper, renderer),))

    return written


def _invoice(message: Message, paper: PaperWriter, renderer: InvoiceRenderer) -> Attachment:
    def drawn(facts: InvoiceFacts) -> bytes:
        return renderer.render(paper(facts, message.language, as_of=message.written_at))

    number = str(message.facts["invoice"])
    kept = render_invoice(number, scope=EVERYTHING, paper=drawn, language=message.language, now=message.written_at)
    return Attachment(f"{number}.pdf", kept.content)
