"""What browsers ask for by themselves where a page names no icon."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon that pages name."""
    del request
    return redirect(static("pleamar/icon.svg"))
