"""The internet address that a request comes from, also where proxies of ours pass it on."""

from __future__ import annotations

import ipaddress
import os
from typing import Final

from django.http import HttpRequest

_NOWHERE: Final = "0.0.0.0"  # noqa: S104 - what is written down where there is none, such as behind a Unix socket


def client_address(request: HttpRequest) -> str:
    """As the last proxy that we do not run wrote it; how many we run, `PLEAMAR_PROXIES` says (none: 0).

    What stands before that in `X-Forwarded-For` anybody can invent. A request that passed fewer proxies than that came
    around them: it is where its connection comes from.
    """
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    ours = _proxies()
    told = passed[-ours] if 0 < ours <= len(passed) else str(request.META.get("REMOTE_ADDR") or "")
    return _parsed(told) or _parsed(str(request.META.get("REMOTE_ADDR") or "")) or _NOWHERE


def _proxies() -> int:
    told = os.environ.get("PLEAMAR_PROXIES", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) == 1 else 0


def _parsed(text: str) -> str:
    """Without a port, and IPv4 as such also inside IPv6; empty for what is no address."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
