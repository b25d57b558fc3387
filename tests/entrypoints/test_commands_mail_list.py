"""What became of the mails that were written."""

from __future__ import annotations

import email
from email import policy
from pathlib import Path

import pytest

from pleamar.models import InvoiceDocument, OutboxMessage
from tests.entrypoints.console import Console


@pytest.fixture
def billed(console: Console) -> Console:
    """A Spanish partner with one invoice, and one without an address."""
    for name, address in (("Marea", "cuentas@marea.example"), ("Silent", "")):
        told = ["--email", address] if address else []
        console.do("partner", "add", name, "--currency", "EUR", *told)
        console.do("account", "add", "Contoso", "--partner", name)
        people = console.folder / "people.csv"
        people.write_text("email\nana@contoso.example\n")
        console.do("import-members", str(people), "--account", "Contoso", "--partner", name)
    console.do("partner", "set", "Marea", "--language", "es")
    console.do("sandbox", "advance", "--days", "32")
    return console


def test_mails_are_listed_with_what_became_of_them(billed: Console) -> None:
    rows = billed.rows("mail", "list", "--partner", "Marea")
    assert {row["state"] for row in rows} == {"sent"}
    assert {row["recipient"] for row in rows} == {"cuentas@marea.example"}
    assert {"no_card", "invoice_issued", "payment_overdue"} >= {row["topic"] for row in rows} >= {"invoice_issued"}
    unsent = billed.rows("mail", "list", "--unsent")
    assert {(row["partner"], row["state"], row["problem"]) for row in unsent} == {
        ("Silent", "failed", "the partner has no e-mail address")
    }
    assert len(billed.rows("mail", "list")) == OutboxMessage.unscoped.count()
    assert "no partner" in billed.refused("mail", "list", "--partner", "Nobody")


def test_an_invoice_travels_with_its_mail_as_it_is_kept(billed: Console) -> None:
    (row,) = [row for row in billed.rows("mail", "list", "--partner", "Marea") if row["topic"] == "invoice_issued"]
    path = Path(billed.folder / "home" / "mail" / f"{row['public_id']}.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    (attachment,) = mail.iter_attachments()
    document = InvoiceDocument.unscoped.get(invoice__partner__name="Marea")
    assert attachment.get_filename() == f"{document.invoice.number}.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == bytes(document.content)
    assert (document.language, bytes(document.content)[:5]) == ("es", b"%PDF-")
