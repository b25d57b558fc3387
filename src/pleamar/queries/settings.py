"""How the vendor has set this installation."""

from __future__ import annotations

from pleamar.models import Setting
from pleamar.rules.settings import Settings, settings_of


def current_settings() -> Settings:
    """Every setting as it is now, in one read; they are the installation's, the same in every scope."""
    return settings_of(dict(Setting.objects.values_list("name", "value")))
