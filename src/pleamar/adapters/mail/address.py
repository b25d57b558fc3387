"""The address of a mail server, as whoever runs the installation writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pleamar.adapters.mail.smtp import Security, SmtpServer, is_this_machine
from pleamar.rules.refusals import Refused

_PORTS: Final = {"smtp": 587, "smtps": 465}
_LONGEST_TIMEOUT: Final = 300


def smtp_server(address: str) -> SmtpServer:
    """The server of `smtp://user:password@host:587` (encrypted after the greeting) or `smtps://…` (from the start).

    After a `?` may stand `tls=no`, for this very machine only, where it is the default; `tls=yes`; `timeout` in
    seconds; `authorities`, a file of certificates that may vouch for it. Refuses `smtp_url_invalid`,
    `smtp_login_invalid`, `smtp_option_invalid` with `option`, and `smtp_in_the_clear`; none of them tells what stands
    in the address, for that is a password.
    """
    try:
        url = urlsplit(address)
        port = url.port or _PORTS[url.scheme]
    except (ValueError, KeyError):
        raise Refused("smtp_url_invalid") from None
    if (
        url.scheme not in _PORTS
        or not url.hostname
        or not url.hostname.isascii()
        or url.path.strip("/")
        or url.fragment
    ):
        raise Refused("smtp_url_invalid")
    options = _options(url)
    security = _security(url, options.get("tls"))
    if security == "none" and not is_this_machine(url.hostname):
        raise Refused("smtp_in_the_clear")
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if bool(user) != bool(password) or not (user + password).isascii():
        raise Refused("smtp_login_invalid")
    return SmtpServer(url.hostname, port, security, user, password, _timeout(options), _authorities(options))


def _options(url: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    for option in options:
        if option not in ("tls", "timeout", "authorities"):
            raise Refused("smtp_option_invalid", option=option)
    return options


def _security(url: SplitResult, told: str | None) -> Security:
    if told not in (None, "yes", "no") or (url.scheme == "smtps" and told == "no"):
        raise Refused("smtp_option_invalid", option="tls")
    if url.scheme == "smtps":
        return "tls"
    in_the_clear = told == "no" or (told is None and is_this_machine(url.hostname or ""))
    return "none" if in_the_clear else "starttls"


def _timeout(options: Mapping[str, str]) -> int:
    told = options.get("timeout", "30")
    if not (told.isascii() and told.isdigit()) or not 1 <= int(told) <= _LONGEST_TIMEOUT:
        raise Refused("smtp_option_invalid", option="timeout")
    return int(told)


def _authorities(options: Mapping[str, str]) -> Path | None:
    told = options.get("authorities")
    if told is not None and not Path(told).is_file():
        raise Refused("smtp_option_invalid", option="authorities")
    return None if told is None else Path(told)
