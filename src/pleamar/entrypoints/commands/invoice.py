"""`pleamar invoice`: an invoice as a PDF."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.actions.render_invoice import render_invoice
from pleamar.entrypoints.commands.command import Command
from pleamar.queries.invoice_facts import InvoiceFacts
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.documents import invoice_renderer
from pleamar.wording.invoice_paper import invoice_paper


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER")
    parser.add_argument("--pdf", required=True, type=Path, metavar="FILE", help="where to write it")
    parser.add_argument("--language", choices=["en", "es"], default="en", help="of its first rendering (default: en)")


def _run(arguments: Namespace) -> int:
    renderer, now = invoice_renderer(), clock()()

    def paper(facts: InvoiceFacts) -> bytes:
        return renderer.render(invoice_paper(facts, arguments.language, as_of=now))

    document = render_invoice(arguments.number, scope=EVERYTHING, paper=paper, language=arguments.language, now=now)
    try:
        arguments.pdf.write_bytes(document.content)
    except OSError as failed:
        raise Refused("file_not_writable", file=str(arguments.pdf), why=failed.strerror or "") from failed
    sys.stdout.write(f"{arguments.pdf}: {len(document.content):,} bytes, SHA-256 {document.sha256}\n")
    if document.language != arguments.language:
        sys.stdout.write(f"It was rendered in `{document.language}` before, and stays so.\n")
    return 0


COMMAND = Command(
    help="write an invoice as a PDF; it is rendered once and kept, so it is the same file every time",
    example="pleamar invoice INV-000042 --pdf invoice.pdf",
    arguments=_arguments,
    run=_run,
)
