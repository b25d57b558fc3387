"""The pages on which many customers are opened from a file: bring it, see line by line what it would do, say yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pleamar.actions.bring_accounts_file import bring_accounts_file
from pleamar.actions.open_accounts import NewAccount
from pleamar.actions.open_accounts_of_file import open_accounts_of_file
from pleamar.adapters.files.accounts_file import HEADER, MOST_BYTES, MOST_ROWS, ReadAccount
from pleamar.adapters.files.delimited import too_large
from pleamar.entrypoints.portal.customers.reading import read_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.accounts_files import AccountsFile, find_accounts_file
from pleamar.queries.customers import open_names
from pleamar.queries.settings import current_settings
from pleamar.rules.names import names_alike
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wording.csv_out import csv_response
from pleamar.wording.form_errors import tell
from pleamar.wording.paging import ROWS, page_number, paged
from pleamar.wording.refusals import refusal


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )


@require_safe
@portal_page("manage_customers")
def customer_template(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """A file with nothing but the header, to be filled in."""
    del request, viewer
    return csv_response("customers.csv", HEADER, [])


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_customers")
def customers_import(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A file is brought. One that can be read is kept, and shown on a page of its own before anything is done."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid() and (brought := _brought(viewer, form)):
        return redirect("portal:customers_import_check", brought)
    told = current_settings()
    facts = {"form": form, "trial_days": told.trial_days, "trial_limit": told.trial_member_limit, "most": MOST_ROWS}
    return show(request, viewer, "portal/customers_import.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_customers")
def customers_import_check(request: HttpRequest, viewer: Viewer, file: str) -> HttpResponse:
    """What the file would do, line by line; lines with something wrong come first, and keep all others from it."""
    brought = _file(viewer, file)
    if brought.done:
        return _done_already(request, brought)
    rows = read_customers(viewer, brought.name, brought.content)
    wrong = [row for row in rows if row.problems]
    status = 200
    if request.method == "POST":
        if not wrong and (answer := _opened(request, viewer, brought, rows)):
            return answer
        status = 422
    alike = names_alike(open_names(viewer.scope, viewer.partner_id), [row.name for row in rows if not row.problems])
    page = paged(page_number(request.GET.get("page", "")), len(rows), kept={})
    order = sorted(rows, key=lambda row: (not row.problems, row.name not in alike))
    shown = order[max(page.first - 1, 0) : page.last]
    told = current_settings()
    facts: dict[str, Any] = {
        "file": brought,
        "lines": [(row, [refusal(problem) for problem in row.problems], alike.get(row.name, "")) for row in shown],
        "alike": len(alike),
        "page": page,
        "total": len(rows),
        "wrong": len(wrong),
        "trial_days": told.trial_days,
        "trial_limit": told.trial_member_limit,
        "rows_a_page": ROWS,
    }
    return show(request, viewer, "portal/customers_import_check.html", facts, status=status)


def _brought(viewer: Viewer, form: FileForm) -> str | None:
    """The public id of the file that is kept; None: it cannot be read."""
    upload: UploadedFile[Any] = form.cleaned_data["file"]
    name = upload.name or ""
    try:
        if (upload.size or 0) > MOST_BYTES:
            raise too_large(name, MOST_BYTES)
        content = upload.read()
        rows = read_customers(viewer, name, content)
    except Refused as refused:
        fields = {refused.code: "file"}
        tell(form, refused, fields)
        return None
    cause = viewer.cause("portal")
    return bring_accounts_file(viewer.partner_id, name, content, rows=len(rows), cause=cause, now=viewer.now).public_id


def _opened(
    request: HttpRequest, viewer: Viewer, file: AccountsFile, rows: Sequence[ReadAccount]
) -> HttpResponse | None:
    """Where it goes on once they are open; None: somebody was faster, and the page then shows with what."""
    wanted = [
        NewAccount(row.name, member_limit=row.member_limit, denied=row.denied, trial_days=row.trial_days)
        for row in rows
    ]
    cause = viewer.cause("portal", reference=file.name)
    try:
        opened = open_accounts_of_file(viewer.partner_id, file.id, wanted, cause=cause, clock=clock())
    except Refused as refused:
        messages.error(request, refusal(refused))
        return None
    if not opened:
        return _done_already(request, file)
    words = ngettext(
        "%(count)s customer is open, on a free trial.", "%(count)s customers are open, on free trials.", len(opened)
    )
    messages.success(request, words % {"count": len(opened)})
    return redirect("portal:customers")


def _done_already(request: HttpRequest, file: AccountsFile) -> HttpResponse:
    words = gettext("The file “%(name)s” was imported already, so nothing was changed.")
    messages.info(request, words % {"name": file.name})
    return redirect("portal:customers")


def _file(viewer: Viewer, public_id: str) -> AccountsFile:
    try:
        return find_accounts_file(viewer.scope, viewer.partner_id, public_id)
    except Refused as refused:
        raise Http404 from refused
