"""Browsers that came by HTTPS once do so from then on (Strict-Transport-Security)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class StrictTransportMiddleware:
    """Django says it only where it speaks HTTPS itself; here a proxy does, and `PLEAMAR_ADDRESS` tells so.

    A browser that is answered in the clear pays no attention to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the header."""
        response = self._get_response(request)
        if settings.SECURE_HSTS_SECONDS:
            response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        return response
