"""Who may import what, where a package's parts make the difference. The floors themselves are import-linter's."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import SRC, at, imported_modules, python_files, within

ADAPTERS = SRC / "adapters"
# Parts of the standard library that reach outside: files, the network, other programs, the time, chance.
REACHES_OUT = {
    *("asyncio", "concurrent", "ctypes", "email", "fcntl", "ftplib", "glob", "http", "imaplib", "importlib", "io"),
    *("logging", "mmap", "multiprocessing", "os", "pathlib", "platform", "poplib", "random", "secrets", "select"),
    *("selectors", "shelve", "shutil", "signal", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess"),
    *("sys", "tempfile", "threading", "time", "urllib", "webbrowser", "xmlrpc"),
}
OUTSIDE_WORLD = {
    *("http.client", "http.server", "socket", "socketserver", "smtplib", "ssl", "urllib.request", "urllib.error"),
    *("ftplib", "imaplib", "poplib", "xmlrpc", "asyncio.open_connection", "webbrowser"),
    *("aiohttp", "httpx", "requests", "stripe", "typst", "urllib3", "websockets"),
}


def impurities(paths: Iterable[Path], own: Iterable[str]) -> list[str]:
    """Imports that are neither these packages of ours nor a part of the standard library that stays at home."""
    return [
        f"{at(path, line)} {name}"
        for path in paths
        for line, name in imported_modules(path)
        if not within(name, own)
        and (name.partition(".")[0] not in sys.stdlib_module_names or within(name, REACHES_OUT))
    ]


def forbidden(paths: Iterable[Path], modules: Iterable[str]) -> list[str]:
    """Imports of these modules, or of anything in them."""
    return [
        f"{at(path, line)} {name}" for path in paths for line, name in imported_modules(path) if within(name, modules)
    ]


def strangers(paths: Iterable[Path], known: Iterable[str]) -> list[str]:
    """Imports of parts of Pleamar other than these."""
    return [
        f"{at(path, line)} {name}"
        for path in paths
        for line, name in imported_modules(path)
        if within(name, ["pleamar"]) and not within(name, known)
    ]


def test_rules_are_pure() -> None:
    assert impurities(python_files(SRC / "rules"), ["pleamar.rules"]) == []


def test_ports_are_pure() -> None:
    assert impurities(python_files(SRC / "ports"), ["pleamar.rules", "pleamar.ports"]) == []


def test_adapters_know_neither_django_nor_the_house() -> None:
    paths = python_files(ADAPTERS)
    assert forbidden(paths, ["django", "allauth", "procrastinate"]) == []
    assert strangers(paths, ["pleamar.rules", "pleamar.ports", "pleamar.adapters"]) == []


def test_only_adapters_speak_to_the_outside_world() -> None:
    inside = [path for path in python_files(SRC) if ADAPTERS not in path.parents]
    assert forbidden(inside, OUTSIDE_WORLD) == []


@pytest.mark.parametrize(
    "text",
    [
        *("import os", "from pathlib import Path", "import django.db", "from psycopg import sql", "import random"),
        *("from pleamar.models import Card", "from urllib.request import urlopen", "def f():\n    import socket"),
    ],
)
def test_an_impurity_is_found(snippet: Snippet, text: str) -> None:
    assert len(impurities([snippet(text)], ["pleamar.rules"])) == 1


def test_the_standard_library_at_home_and_our_own_rules_are_pure(snippet: Snippet) -> None:
    path = snippet("from decimal import Decimal\nfrom zoneinfo import ZoneInfo\nfrom pleamar.rules.money import Money")
    assert impurities([path], ["pleamar.rules"]) == []


@pytest.mark.parametrize(
    "text",
    ["import urllib.request", "from urllib import request", "from http.client import HTTPConnection", "import httpx"],
)
def test_the_outside_world_is_found(snippet: Snippet, text: str) -> None:
    assert len(forbidden([snippet(text)], OUTSIDE_WORLD)) == 1


def test_an_address_that_is_only_read_is_not_the_outside_world(snippet: Snippet) -> None:
    path = snippet("from urllib.parse import urlsplit\nfrom http import HTTPStatus\nimport stripes")
    assert forbidden([path], OUTSIDE_WORLD) == []


def test_a_stranger_is_found(snippet: Snippet) -> None:
    path = snippet("from pleamar.queries.scopes import Scope\nfrom pleamar.rules.money import Money")
    assert strangers([path], ["pleamar.rules"]) == ["snippet.py:1 pleamar.queries.scopes.Scope"]
