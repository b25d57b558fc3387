"""One file of users: what it would do, how far it is, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from pleamar.actions.confirm_members_file import confirm_members_file
from pleamar.actions.look_again_at_members_file import look_again_at_members_file
from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.users.file_form import FileForm
from pleamar.entrypoints.portal.users.file_preview import SHOWN, file_preview, forget_preview
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import CustomerRow
from pleamar.queries.members_files import MembersFile, find_members_file
from pleamar.rules.refusals import Refused
from pleamar.wiring.jobs import QUEUE, is_worker_there
from pleamar.wording.csv_out import csv_response
from pleamar.wording.refusals import refusal
from pleamar.wording.refusals_files import bad_row
from pleamar.wording.skipped_rows import skipped_row


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_users")
def users_file(request: HttpRequest, viewer: Viewer, customer: str, file: str) -> HttpResponse:
    """Before the yes a preview with its form, then its progress, then its result."""
    whose, found = _found(viewer, customer, file)
    if found.state == "read":
        return _previewed(request, viewer, whose, found)
    if request.method == "POST":
        if request.POST.get("act") == "again":
            return _again(request, viewer, whose, found)
        return redirect("portal:users_file", customer, file)  # sent twice: once is enough
    facts: dict[str, Any] = {"customer": whose, "file": found, "outcome": found.outcome}
    if found.state == "waiting":
        facts["worker"] = is_worker_there()
    elif found.refused:
        facts["refused"] = refusal(found.refused)
    all_left_out = [*_left_out(found)]
    facts |= {"left_out": all_left_out[:SHOWN], "more": max(len(all_left_out) - SHOWN, 0)}
    template = "portal/users_file.html#progress" if "HX-Request" in request.headers else "portal/users_file.html"
    return show(request, viewer, template, facts)


@require_safe
@portal_page("manage_users")
def users_file_refused(request: HttpRequest, viewer: Viewer, customer: str, file: str) -> HttpResponseBase:
    """The rows that made nobody active, or because of which nobody was, and why, as a file."""
    del request
    _, found = _found(viewer, customer, file)
    return csv_response(f"left-out-{found.name}", ("line", "email", "reason"), _left_out(found))


def _found(viewer: Viewer, customer: str, file: str) -> tuple[CustomerRow, MembersFile]:
    (whose,) = named_customers(viewer, [customer])
    try:
        return whose, find_members_file(viewer.scope, whose.id, file)
    except Refused as refused:
        raise Http404 from refused


def _again(request: HttpRequest, viewer: Viewer, whose: CustomerRow, file: MembersFile) -> HttpResponse:
    """Back to the preview, where what it held is still there."""
    try:
        forget_preview(file)
        if not look_again_at_members_file(viewer.partner_id, whose.id, file.id):
            messages.error(request, gettext("The list is not kept any more. Bring it again."))
    except Refused as refused:
        messages.error(request, refusal(refused))
    return redirect("portal:users_file", whose.public_id, file.public_id)


def _left_out(file: MembersFile) -> Iterator[tuple[int | None, str, str]]:
    for line, reason, text in file.bad:
        yield line, text if reason == "email_invalid" else "", bad_row(reason, text)
    for line, reason, text in file.outcome.get("skipped", []):
        yield line, text, skipped_row(reason)
    for name in ("denied", "over_limit"):
        for email in file.outcome.get(name, []):
            yield None, email, skipped_row(name)


def _previewed(request: HttpRequest, viewer: Viewer, whose: CustomerRow, file: MembersFile) -> HttpResponse:
    facts: dict[str, Any] = {"customer": whose, "file": file}
    try:
        told = file_preview(viewer, whose, file, anew=request.method == "POST")
        form = FileForm(request.POST or None, removals=told.absent if told.suspicious else None)
        is_stale = request.method == "POST" and request.POST.get("shown") != told.shown
        if request.method == "POST" and not is_stale and form.is_valid():
            confirm_members_file(
                *(viewer.partner_id, whose.id, file.id),
                removals=told.absent,
                shown=told.shown,
                actor=viewer.person.email,
                now=viewer.now,
                jobs=QUEUE,
            )
            return redirect("portal:users_file", whose.public_id, file.public_id)
    except Refused as refused:
        facts["refused"] = refusal(refused)
        return show(request, viewer, "portal/users_file_preview.html", facts, status=409)
    facts |= {
        "told": told,
        "money": told.money,
        "left_out": told.left_out,
        "skipped": told.first_skipped,
        "more_skipped": max(told.skipped - SHOWN, 0),
        "form": form,
        "is_stale": is_stale,
    }
    status = 409 if is_stale else 422 if form.is_bound and form.errors else 200
    return show(request, viewer, "portal/users_file_preview.html", facts, status=status)
