"""The switch between languages that stands on every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from pleamar.actions.choose_language import choose_language as keep


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice: with the user, and in the browser for before they sign in."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        keep(request.user.pk, language)
    return set_language(request)
