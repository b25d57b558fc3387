"""The identity provider of the vendor, where it has one: single sign-on by OpenID Connect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NAMES: Final = ("PLEAMAR_OIDC_ISSUER", "PLEAMAR_OIDC_CLIENT_ID", "PLEAMAR_OIDC_CLIENT_SECRET")
_DOMAINS: Final = "PLEAMAR_OIDC_DOMAINS"
# Where a provider may be reached without encryption: on this machine, to try it out.
_HERE: Final = ("http://localhost", "http://127.0.0.1", "http://[::1]")


def openid_providers(environ: Mapping[str, str]) -> dict[str, Any]:
    """allauth's settings of the provider that the environment names; of none where it does not name one whole.

    Addresses in `PLEAMAR_OIDC_DOMAINS` it may vouch for without saying that it has verified them.
    """
    issuer, client, secret = (environ.get(name, "") for name in _NAMES)
    if openid_problem(environ) or not issuer:
        return {}
    domains = [one.strip().casefold() for one in environ.get(_DOMAINS, "").split(",") if one.strip()]
    app = {
        "provider_id": "sso",
        "name": environ.get("PLEAMAR_OIDC_NAME") or "Single sign-on",
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "verified_email": domains},
    }
    return {"openid_connect": {"APPS": [app]}}


def openid_problem(environ: Mapping[str, str]) -> str:
    """Why the provider that the environment names cannot be used; empty where it can, or where there is none."""
    missing = [name for name in _NAMES if not environ.get(name)]
    if missing and len(missing) < len(_NAMES):
        return f"not used: {' and '.join(missing)} is not set"
    issuer = environ.get(_NAMES[0], "")
    if issuer and not issuer.startswith(("https://", *_HERE)):
        return "not used: PLEAMAR_OIDC_ISSUER does not begin with https://"
    return ""
