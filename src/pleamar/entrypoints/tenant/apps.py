"""The Django app of these pages: templates, no models."""

from __future__ import annotations

from django.apps import AppConfig


class TenantConfig(AppConfig):
    """Gives Django the templates."""

    name = "pleamar.entrypoints.tenant"
    label = "tenant"
