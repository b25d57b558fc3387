"""The vendor's colour and logo, as files that browsers may keep: their addresses change with them."""

from __future__ import annotations

import base64
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pleamar.queries.settings import current_settings
from pleamar.rules.colours import accent_on

_FOREVER = cache_control(public=True, max_age=365 * 24 * 60 * 60)
# The grounds of pages.css on which text in the accent stands, its paper first; and how much of it tints the soft one.
LIGHT: Final = ("#ffffff", "#f4f6f5")
DARK: Final = ("#151e1b", "#0e1513", "#1b2622")
_TINT_LIGHT, _TINT_DARK = 12, 16


@require_safe
@_FOREVER
def brand_colours(request: HttpRequest) -> HttpResponse:
    """The accent in both themes, shifted until text in it can be read wherever the pages put it."""
    del request
    colour = current_settings().brand_accent
    light, dark = accent_on(colour, LIGHT, _TINT_LIGHT), accent_on(colour, DARK, _TINT_DARK)
    text = (
        f":root{{--accent:{light.text};--on-accent:#fff;--accent-soft:{light.soft}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark.text};--on-accent:{DARK[0]};"
        f"--accent-soft:{dark.soft}}}}}\n"
    )
    return HttpResponse(text, content_type="text/css; charset=utf-8")


@require_safe
@_FOREVER
def brand_logo(request: HttpRequest) -> HttpResponse:
    """The logo."""
    del request
    logo = base64.b64decode(current_settings().brand_logo)
    if not logo:
        raise Http404
    kind = "image/png" if logo.startswith(b"\x89PNG") else "image/jpeg"
    return HttpResponse(logo, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})
