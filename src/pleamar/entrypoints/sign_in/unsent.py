"""What somebody sent after their session had ended: kept for them, and sent again once they are back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.http import HttpRequest

from pleamar.entrypoints.sign_in.last_user import last_user
from pleamar.wiring.clock import real_seconds

_KEPT: Final = "unsent"
_LARGEST: Final = 100_000
_MOST_FIELDS: Final = 1_000
_GOOD_FOR_SECONDS: Final = 24 * 60 * 60
# What is never kept: tokens of the page that it came from, and what nobody should find in a database.
_SECRET: Final = re.compile(
    r"csrf|passw|secret|token|card_?number|cvc|cvv|credential|(?:^|-)(?:code|pin|otp)$", re.IGNORECASE
)
# The digits of a card, under whatever name.
_CARD: Final = re.compile(r"\s*(?:\d[ -]?){12,18}\d\s*")


@dataclass(frozen=True, slots=True)
class Unsent:
    """The fields of a form for `path`, in order, kept at `at` (seconds) for the user of this key.

    `files`: there were some; they were not kept.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    user: int
    at: int
    files: bool = False


def keep_unsent(request: HttpRequest, *, whose: int | None = None) -> None:
    """Keep what the form brings, if it is known `whose` it is and it is not too much; one at a time, for a day."""
    if request.method != "POST":
        return
    whose, fields = whose or last_user(request), tuple(_fields(request))
    size = sum(len(name) + len(value) for name, value in fields)
    if whose is None or not fields or len(fields) > _MOST_FIELDS or size > _LARGEST:
        return
    unsent = Unsent(request.get_full_path(), fields, whose, real_seconds(), bool(request.FILES))
    request.session[_KEPT] = asdict(unsent)
    request.session.set_expiry(_GOOD_FOR_SECONDS)  # signing in sets its own


def unsent_of(request: HttpRequest) -> Unsent | None:
    """What was kept for whoever is signed in here; what is somebody else's, or too old, is thrown away."""
    kept: Any = request.session.get(_KEPT)
    if kept is None:
        return None
    unsent = Unsent(**{**kept, "fields": tuple((name, value) for name, value in kept["fields"])})
    if unsent.user != request.user.pk or real_seconds() - unsent.at > _GOOD_FOR_SECONDS:
        forget_unsent(request)
        return None
    return unsent


def forget_unsent(request: HttpRequest) -> None:
    """It was sent, or is not wanted any more."""
    request.session.pop(_KEPT, None)


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if not _SECRET.search(name):
            yield from ((name, str(value)) for value in values if not _CARD.fullmatch(str(value)))
