"""The renderer of documents of this installation."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pleamar.adapters.documents.typst_invoice import TypstInvoiceRenderer
from pleamar.ports.documents import InvoiceRenderer


def invoice_renderer() -> InvoiceRenderer:
    """Draws invoices with the fonts that are shipped."""
    return TypstInvoiceRenderer(Path(str(files("pleamar"))) / "fonts")
