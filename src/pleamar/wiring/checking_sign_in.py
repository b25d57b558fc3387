"""Looks at how people sign in to an installation, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pleamar.models import Installation
from pleamar.queries.settings import current_settings
from pleamar.wiring.config_line import ConfigLine
from pleamar.wiring.openid import openid_problem

_MISSING: Final = (
    "set it, such as https://billing.example.com; links in mails begin with it, and with https:// cookies never go in"
    " the clear"
)


def sign_in_lines(installation: Installation, environ: Mapping[str, str]) -> list[ConfigLine]:
    """The address that people use, the proxies before it, single sign-on, and who needs a second factor."""
    return [
        _address(installation, environ),
        _proxies(installation, environ),
        _single_sign_on(environ),
        _second_factors(),
    ]


def _address(installation: Installation, environ: Mapping[str, str]) -> ConfigLine:
    address = environ.get("PLEAMAR_ADDRESS", "").rstrip("/")
    is_live = installation.mode == "live"
    if not address:
        text = f"none: {_MISSING}"
        return ConfigLine("address", fine=not is_live, text=text)
    if is_live and address_problem(environ):
        return ConfigLine(
            "address", fine=False, text=f"{address} has no encryption: passwords and passkeys need https://"
        )
    return ConfigLine("address", fine=True, text=address)


def address_problem(environ: Mapping[str, str]) -> str:
    """Why people should not sign in at this address of a live installation; empty where nothing is wrong with it."""
    address = environ.get("PLEAMAR_ADDRESS", "")
    if address.startswith("https://"):
        return ""
    return "PLEAMAR_ADDRESS does not begin with https://" if address else f"PLEAMAR_ADDRESS is not set: {_MISSING}"


def _proxies(installation: Installation, environ: Mapping[str, str]) -> ConfigLine:
    told = environ.get("PLEAMAR_PROXIES", "") or "0"
    if not (told.isascii() and told.isdigit() and len(told) == 1):
        return ConfigLine("proxies", fine=False, text="PLEAMAR_PROXIES is not a number from 0 to 9")
    if told != "0":
        text = f"{told}: X-Forwarded-For is believed so many hops back; let none of them pass on X_Forwarded_For"
        return ConfigLine("proxies", fine=True, text=text)
    if installation.mode == "live" and not address_problem(environ):
        text = "none, but something ends the encryption of https://: set PLEAMAR_PROXIES, or all people share one count"
        return ConfigLine("proxies", fine=False, text=text)
    return ConfigLine("proxies", fine=True, text="none: attempts to sign in are counted by connection")


def _single_sign_on(environ: Mapping[str, str]) -> ConfigLine:
    if problem := openid_problem(environ):
        return ConfigLine("single sign-on", fine=False, text=problem)
    issuer = environ.get("PLEAMAR_OIDC_ISSUER", "")
    return ConfigLine("single sign-on", fine=True, text=f"by {issuer}" if issuer else "not set up")


def _second_factors() -> ConfigLine:
    roles = ", ".join(current_settings().second_factor_roles)
    return ConfigLine("second factor", fine=True, text=f"needed by: {roles}" if roles else "needed by nobody")
