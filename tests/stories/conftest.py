"""A vendor to tell stories about, and the words they are told in."""

from __future__ import annotations

import pytest

from pleamar.models import Installation
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: Installation) -> Storyteller:
    return Storyteller()
