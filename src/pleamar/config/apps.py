"""The one Django app that has models."""

from __future__ import annotations

from django.apps import AppConfig

from pleamar.wording.field_errors import use_our_words


class PleamarConfig(AppConfig):
    """Everything Pleamar writes down, under the label `pleamar`."""

    name = "pleamar"
    label = "pleamar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Forms are made after this."""
        use_our_words()
