"""Chromium, as Debian ships it, and pages that watch themselves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pleamar.models import Installation
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.world import built

_ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds until what is waited for counts as missing: several tests share a slow machine.
_PATIENCE: Final = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever says so goes without them; nobody else does, not even where there is no browser."""
    if "browser" not in os.environ.get("PLEAMAR_WITHOUT", "").split(","):
        return
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.skip(reason="PLEAMAR_WITHOUT says so"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """It lives as long as a module's tests: its driver keeps an event loop open in this thread meanwhile, which
    Django takes for asynchronous code, and others may not start a loop of their own.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.fail(
            "The browser tests need Debian's package chromium (`make test` installs it for root); "
            "PLEAMAR_WITHOUT=browser goes without them"
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as driver:
            opened = driver.chromium.launch(executable_path=program, args=_ARGUMENTS)
            expect.set_options(timeout=_PATIENCE)
            yield opened
            opened.close()


@pytest.fixture
def world(browser: Browser, live_server: LiveServer, committed: Installation) -> Portal:
    """`world.py`'s, committed, so that the server sees it."""
    return built()
