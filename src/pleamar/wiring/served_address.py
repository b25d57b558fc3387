"""Where a sandbox's web server was last started: links that other processes make lead there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.core.cache import cache
from django.db import DatabaseError

from pleamar.wiring.clock import is_sandbox

_KEY: Final = "pleamar-served-address"
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})  # noqa: S104 - to be recognized


def note_served_address(host: str, port: int, environ: Mapping[str, str]) -> None:
    """Keep it, as `PLEAMAR_ADDRESS` says it or else as a browser on this machine finds it; in a sandbox only.

    By its name, for passkeys need one. A database that cannot be asked says so where it is needed.
    """
    named = f"[{host}]" if ":" in host else host
    found = f"http://{'localhost' if host in _THIS_MACHINE else named}:{port}"
    try:
        if is_sandbox():
            cache.set(_KEY, environ.get("PLEAMAR_ADDRESS", "").rstrip("/") or found, timeout=None)
    except DatabaseError:
        return


def served_address() -> str | None:
    """None where no web server was started yet."""
    told = cache.get(_KEY)
    return told if isinstance(told, str) else None
