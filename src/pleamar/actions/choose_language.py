"""Show a user the pages in a language."""

from __future__ import annotations

from pleamar.models import User
from pleamar.rules.languages import LANGUAGES


def choose_language(user_id: int, language: str) -> None:
    """From now on; a language that Pleamar does not speak changes nothing."""
    if language in LANGUAGES:
        User.objects.filter(pk=user_id).update(language=language)
