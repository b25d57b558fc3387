"""What stands around every page: whose name it is in, the sandbox's clock, the languages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.sellers import default_seller
from pleamar.queries.settings import current_settings
from pleamar.wiring.clock import clock, clock_offset, is_sandbox
from pleamar.wiring.payments import is_clock_movable


@dataclass(frozen=True, slots=True)
class Brand:
    """The vendor's name, and versions for the addresses of its colour and its logo (empty: it has none)."""

    name: str
    accent_version: str
    logo_version: str


class Frame:
    """Read when a template asks for it, and only once."""

    @cached_property
    def brand(self) -> Brand:
        """The vendor's."""
        told = current_settings()
        name = told.brand_name or default_seller(EVERYTHING)
        return Brand(name, told.brand_accent.removeprefix("#"), _version(told.brand_logo))

    @cached_property
    def sandbox_now(self) -> datetime | None:
        """The time that a sandbox's clock shows; None in a live installation."""
        return clock()() if is_sandbox() else None

    @cached_property
    def clock_offset(self) -> int:
        """By how many microseconds a sandbox's clock was moved: who moves it says that it stands where they saw it."""
        return clock_offset() // timedelta(microseconds=1)

    @property
    def clock_moves(self) -> bool:
        """Whether people may move a sandbox's clock."""
        return is_clock_movable(os.environ)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Code and own name of each."""
        return settings.LANGUAGES


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    del request
    return {"frame": Frame()}


def _version(content: str) -> str:
    return salted_hmac("brand", content).hexdigest()[:12] if content else ""
