"""A vendor to tell stories about, and the words they are told in."""

from __future__ import annotations

import pytest

from pleamar.models import Installation, Seller
from tests.stories.days import LongStory
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: Installation) -> Storyteller:
    return Storyteller()


@pytest.fixture
def long_story(installation: Installation) -> LongStory:
    """The seller has an address, so that its staff are asked what is theirs to decide."""
    Seller.objects.update(email="staff@vendor.example")
    return LongStory()
