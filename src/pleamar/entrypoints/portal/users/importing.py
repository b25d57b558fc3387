"""Where lists of people are brought in for a customer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from pleamar.actions.bring_members_file import bring_members_file
from pleamar.actions.keep_refused_members_file import keep_refused_members_file
from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.users import import_form
from pleamar.entrypoints.portal.users.customer_choice import customer_choice
from pleamar.entrypoints.portal.users.import_form import ImportForm
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import CustomerRow
from pleamar.queries.members_files import last_members_files
from pleamar.rules.refusals import Refused, RowsRefused
from pleamar.wiring.brought_files import people_in
from pleamar.wording.csv_out import csv_response
from pleamar.wording.form_errors import tell

_TEMPLATE: Final = (("ana@example.com", "Ana Ruiz"), ("ben@example.com", "Ben Okafor"))


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_users")
def users_import(request: HttpRequest, viewer: Viewer, customer: str) -> HttpResponse:
    """The form, and the last files that came in; what is sent is read, and shown before anything happens."""
    (whose,) = named_customers(viewer, [customer])
    if whose.state == "closed":
        messages.error(request, gettext("%(customer)s is closed. Reopen it to add users.") % {"customer": whose.name})
        return redirect("portal:customer", customer)
    facts: dict[str, Any] = {"customer": whose}
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = _brought(viewer, whose, form)
        except Refused as refused:
            upload = form.cleaned_data.get("file")
            if isinstance(refused, RowsRefused) and upload:
                with suppress(Refused):  # of a customer that was closed this moment there is nothing to keep
                    facts["refused"] = _kept(viewer, whose, upload.name, refused)
            tell(form, refused, {refused.code: "file" if upload else "addresses"})
        else:
            return redirect("portal:users_file", customer, file)
    facts |= {"form": form, "files": last_members_files(viewer.scope, whose.id)}
    return show(request, viewer, "portal/users_import.html", facts, status=422 if form.errors else 200)


@require_safe
@portal_page("manage_users")
def users_import_where(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which customer people are to be added to."""
    if request.GET.get("customer"):
        (whose,) = named_customers(viewer, [request.GET["customer"]])
        return redirect("portal:users_import", whose.public_id)
    facts = {"choice": customer_choice(viewer, request.GET, "customer"), "may_open": viewer.may("manage_customers")}
    return show(request, viewer, "portal/users_import_where.html", facts)


@require_safe
@portal_page("manage_users")
def users_template(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """A file to fill in."""
    del request, viewer
    return csv_response("users-template.csv", ("email", "display_name"), _template_rows())


def _template_rows() -> Iterator[tuple[str, str]]:
    yield from _TEMPLATE


def _brought(viewer: Viewer, whose: CustomerRow, form: ImportForm) -> str:
    """The public id of the file, kept; one that cannot be read is refused here."""
    name, content = form.brought()
    people = people_in(content, name)
    if len(people.people) + len(people.skipped) > import_form.MOST_ROWS:
        raise Refused("file_rows_too_many", most=import_form.MOST_ROWS)
    file = bring_members_file(
        *(viewer.partner_id, whose.id, name, content),
        rows=len(people.people) + len(people.skipped),
        full_list=form.cleaned_data["how"] == "full",
        cause=viewer.cause("import-members", reference=name),
        now=viewer.now,
    )
    return file.public_id


def _kept(viewer: Viewer, whose: CustomerRow, name: str, refused: RowsRefused) -> str:
    """The public id of the refused rows, kept to be downloaded."""
    cause = viewer.cause("import-members", reference=name)
    kept = keep_refused_members_file(viewer.partner_id, whose.id, name, refused, cause=cause, now=viewer.now)
    return kept.public_id
