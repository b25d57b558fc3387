"""Asking for pages as nobody should have to expect it, without the test ending at the first error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from tests.entrypoints.portal.addresses import Route, Things, address, routes
from tests.entrypoints.portal.forms import SentForm, forms

# The frame's; a sandbox's clock has tests of its own, for it must not be moved inside a transaction.
_ON_EVERY_PAGE: Final = ("/language", "/sign-in/logout/", "/sandbox/clock")
_BARE: Final = ("PUT", "PATCH", "DELETE", "OPTIONS")


def ours() -> list[Route]:
    """Every route of the portal and of an account's own administrator."""
    return [route for route in routes() if route.area in ("portal", "tenant")]


def asked(client: Client, method: str, where: str, data: dict[str, Any] | None = None) -> Any:
    """The answer, also where it is an error of ours."""
    client.raise_request_exception = False
    if method in _BARE:
        return client.generic(method, where)
    return getattr(client, method.lower())(where, data or {})


def body(answer: Any) -> str:
    """What it says."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that are looked for in what is asked, while this lasts."""
    found: set[str] = set()
    read = MultiValueDict.__getitem__, MultiValueDict.getlist

    def one(asked: MultiValueDict[str, Any], name: str) -> Any:
        found.add(name)
        return read[0](asked, name)

    def several(asked: MultiValueDict[str, Any], name: str, default: Any = None) -> Any:
        found.add(name)
        return read[1](asked, name, default)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryDict, "__getitem__", one)
        patch.setattr(QueryDict, "getlist", several)
        yield found


def is_page(answer: Any) -> bool:
    """Whether there is a page to look at."""
    return bool(answer.status_code == 200) and str(answer["Content-Type"]).startswith("text/html")


def pages(client: Client, own: Things) -> dict[str, str]:
    """Every page that this browser gets of its own things: address → what it says."""
    found = {}
    for route in ours():
        where = address(route, own)
        answer = asked(client, "GET", where) if where else None
        if where and answer is not None and is_page(answer):
            found[where] = body(answer)
    return found


def all_forms(client: Client, own: Things) -> list[SentForm]:
    """Every different form of them; apart from what is not of that page alone."""
    found = {
        str((form.action, form.method, form.fields)): form
        for where, page in pages(client, own).items()
        for form in forms(page, where)
    }
    return [form for form in found.values() if form.action not in _ON_EVERY_PAGE]
