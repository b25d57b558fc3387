"""The one Django app that has models."""

from __future__ import annotations

from django.apps import AppConfig


class PleamarConfig(AppConfig):
    """Everything Pleamar writes down, under the label `pleamar`."""

    name = "pleamar"
    label = "pleamar"
    default_auto_field = "django.db.models.BigAutoField"
