"""The Django app of these pages: templates, no models."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Gives Django the templates."""

    name = "pleamar.entrypoints.portal"
    label = "portal"
