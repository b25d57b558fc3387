"""An invoice's PDF is drawn once and kept."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pleamar
from pleamar.actions.render_invoice import StoredDocument, render_invoice
from pleamar.adapters.documents.typst_invoice import TypstInvoiceRenderer
from pleamar.models import InvoiceDocument, Partner
from pleamar.queries.invoice_facts import InvoiceFacts
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.refusals import Refused
from pleamar.wording.invoice_paper import invoice_paper
from tests.fakes.written_invoices import partner_of, seller_of, written_invoice

NOW = datetime(2026, 4, 8, 3, tzinfo=UTC)
LATER = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def partner(db: None) -> Partner:
    partner = partner_of(seller_of("Pleamar Software"), "Northwind IT")
    written_invoice(partner, [60, 41])
    return partner


def drawn(facts: InvoiceFacts) -> bytes:
    return f"%PDF {facts.number} {facts.total}".encode()


def never(facts: InvoiceFacts) -> bytes:
    pytest.fail(f"{facts.number} was drawn again")


def render(scope: Scope = EVERYTHING, number: str = "INV-000042") -> StoredDocument:
    return render_invoice(number, scope=scope, paper=drawn, language="es", now=NOW)


def test_it_is_stored_with_its_sha256(partner: Partner) -> None:
    document = render(Scope(partner.pk))
    assert document.content == b"%PDF INV-000042 19998"
    assert document.sha256 == hashlib.sha256(document.content).hexdigest()
    assert (document.number, document.language, document.rendered_at) == ("INV-000042", "es", NOW)
    row = InvoiceDocument.unscoped.get()
    assert (bytes(row.content), row.sha256, row.partner_id) == (document.content, document.sha256, partner.pk)


def test_it_is_never_drawn_again(partner: Partner) -> None:
    first = render()
    again = render_invoice("INV-000042", scope=EVERYTHING, paper=never, language="en", now=LATER)
    assert again == first


def test_of_two_at_once_one_is_stored_and_both_get_it(partner: Partner) -> None:
    first = []

    def overtaken(facts: InvoiceFacts) -> bytes:
        first.append(render())  # somebody else is quicker while this one is being drawn
        return b"%PDF too late"

    second = render_invoice("INV-000042", scope=EVERYTHING, paper=overtaken, language="en", now=LATER)
    assert [second] == first
    assert InvoiceDocument.unscoped.count() == 1


def test_a_failed_drawing_stores_nothing(partner: Partner) -> None:
    def torn(facts: InvoiceFacts) -> bytes:
        raise OSError(facts.number)

    with pytest.raises(OSError, match="INV-000042"):
        render_invoice("INV-000042", scope=EVERYTHING, paper=torn, language="en", now=NOW)
    assert not InvoiceDocument.unscoped.exists()
    assert render().content == b"%PDF INV-000042 19998"


def test_another_partners_invoice_is_unknown(partner: Partner) -> None:
    other = partner_of(partner.seller, "Southwind")
    render()
    with pytest.raises(Refused, match="invoice_unknown"):
        render(Scope(other.pk))


def test_of_two_sellers_with_one_number_each_has_its_own_paper(partner: Partner) -> None:
    other = partner_of(seller_of("Pleamar GmbH"), "Südwind")
    invoice = written_invoice(other, [2])
    assert render(number=invoice.public_id).content == b"%PDF INV-000042 396"
    assert render(Scope(partner.pk)).content == b"%PDF INV-000042 19998"


def test_from_the_rows_to_a_real_pdf(partner: Partner) -> None:
    renderer = TypstInvoiceRenderer(Path(pleamar.__file__).parent / "fonts")

    def paper(facts: InvoiceFacts) -> bytes:
        return renderer.render(invoice_paper(facts, "es", as_of=NOW))

    document = render_invoice("INV-000042", scope=Scope(partner.pk), paper=paper, language="es", now=NOW)
    assert document.content.startswith(b"%PDF-1.7")
    assert bytes(InvoiceDocument.unscoped.get().content) == document.content
