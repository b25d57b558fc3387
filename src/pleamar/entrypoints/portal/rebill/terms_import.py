"""Terms of resale from a file: the one that was given out, filled in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pleamar.actions.set_resale_terms import Terms, set_resale_terms
from pleamar.adapters.files.delimited import BadRow, BadRows, too_large
from pleamar.adapters.files.resale_file import MOST_BYTES, ReadTerms, read_resale_terms
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.rebill.terms import saved_words
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.alerts import running_currency
from pleamar.queries.resale_terms import ResaleRow, resale_terms
from pleamar.rules.rebill import SellPrice
from pleamar.rules.refusals import Refused
from pleamar.wording.form_errors import tell


class TermsFileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_prices", to_change="manage_billing")
def resale_terms_import(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The file is taken as a whole or not at all; nobody is charged by it, so it is taken at once."""
    form = TermsFileForm(request.POST, request.FILES) if request.method == "POST" else TermsFileForm()
    if form.is_bound and form.is_valid():
        try:
            changed = _taken(viewer, form.cleaned_data["file"])
        except Refused as refused:
            tell(form, refused, {refused.code: "file"})
        else:
            messages.success(request, saved_words(changed))
            return redirect("portal:resale_terms")
    facts = {"form": form, "may_manage": viewer.may("manage_billing")}
    return show(request, viewer, "portal/resale_terms_import.html", facts, status=422 if form.errors else 200)


def _taken(viewer: Viewer, file: UploadedFile[Any]) -> int:
    currency = running_currency(viewer.scope, viewer.partner_id, now=viewer.now)
    wanted = _wanted(_read(file), resale_terms(viewer.scope, viewer.partner_id), currency)
    cause = viewer.cause("portal", reference=(file.name or "")[:200])
    return set_resale_terms(viewer.partner_id, wanted, cause=cause, now=viewer.now)


def _read(file: UploadedFile[Any]) -> list[ReadTerms]:
    name = file.name or ""
    if (file.size or 0) > MOST_BYTES:
        raise too_large(name, MOST_BYTES)
    # Readers of files want a path, for they look at what lies there before they open it.
    with TemporaryDirectory() as folder:
        path = Path(folder, "terms.csv")
        path.write_bytes(file.read())
        try:
            return read_resale_terms(path)
        except Refused as refused:
            if "name" not in refused.facts:
                raise
            raise Refused(refused.code, **{**refused.facts, "name": name}) from refused


def _wanted(rows: Sequence[ReadTerms], known: Sequence[ResaleRow], currency: str) -> list[Terms]:
    """Each row with its customer. Refuses `file_rows_bad` where there is none, or the same twice."""
    by_id, by_name = {one.public_id: one for one in known}, {one.customer: one for one in known}
    bad, wanted, seen = BadRows(), [], set()
    for row in rows:
        name = row.customer_id or row.customer
        found = by_id.get(row.customer_id) if row.customer_id else by_name.get(name)
        if found is None:
            bad.add(row.line, BadRow("customer_unknown", name))
        elif found.account_id in seen:
            bad.add(row.line, BadRow("customer_twice", found.customer))
        else:
            seen.add(found.account_id)
            wanted.append(_terms(row, found.account_id, currency))
    bad.refuse("file_rows_bad")
    return wanted


def _terms(row: ReadTerms, account_id: int, currency: str) -> Terms:
    return Terms(
        account_id,
        reference=row.reference,
        product_code=row.product_code,
        price=None if row.price is None else SellPrice(row.price, row.currency or currency),
        no_price=row.has_price and row.price is None,
    )
