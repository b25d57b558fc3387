"""An invoice as a PDF: drawn once, kept, and the same file from then on."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pleamar.actions.render_invoice import StoredDocument, render_invoice
from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.invoice_facts import InvoiceFacts, invoice_facts
from pleamar.rules.refusals import Refused
from pleamar.wiring.documents import invoice_renderer
from pleamar.wording.invoice_paper import invoice_paper


@require_safe
@portal_page("see_prices")
def invoice_pdf(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """In `language`, or the partner's own; one that was drawn before stays in the language that it has."""
    try:
        document = _document(viewer, number, request.GET.get("language", ""))
    except Refused as refused:
        raise Http404 from refused
    response = HttpResponse(document.content, content_type="application/pdf")
    response["Content-Language"] = document.language
    name = f"{document.number.replace('/', '-')}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    return response


def _document(viewer: Viewer, number: str, asked: str) -> StoredDocument:
    if "\x00" in number:
        raise Refused("invoice_unknown", number="")
    languages = dict(settings.LANGUAGES)
    language = asked if asked in languages else invoice_facts(viewer.scope, number).language
    renderer = invoice_renderer()

    def paper(facts: InvoiceFacts) -> bytes:
        return renderer.render(invoice_paper(facts, language, as_of=viewer.now))

    return render_invoice(number, scope=viewer.scope, paper=paper, language=language, now=viewer.now)
