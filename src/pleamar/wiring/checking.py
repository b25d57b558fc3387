"""Looks at how an installation is set up, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import Error, connections

from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.models import Installation, Seller
from pleamar.rules.refusals import Refused
from pleamar.wiring.checking_sign_in import sign_in_lines
from pleamar.wiring.config_line import ConfigLine
from pleamar.wiring.database import database_settings, embedded_server, home, is_embedded
from pleamar.wiring.mail import mail_folder, sender_address, smtp_server
from pleamar.wiring.migrating import is_migrated
from pleamar.wiring.payments import ProviderKind, provider_kind

_OLDEST_POSTGRES = 150_000
_PROVIDERS: Final[dict[ProviderKind, str]] = {
    "sandbox": "the sandbox's own, no money moves",
    "stripe": "Stripe, real money",
    "stripe-test": "Stripe in test mode, no money moves",
}
_UNFIT: Final = {
    "gateway_address_is_for_tests": "PLEAMAR_STRIPE_ADDRESS is set beside a live key",
    "gateway_clock_is_real": "PLEAMAR_STRIPE_KEY is set, and this sandbox's clock was moved: Stripe's cannot be",
    "gateway_key_invalid": "PLEAMAR_STRIPE_KEY is not a secret key of Stripe's",
    "gateway_key_is_live": "PLEAMAR_STRIPE_KEY is a live key, and this installation is a sandbox",
    "gateway_key_is_test": "PLEAMAR_STRIPE_KEY is a test key, and this installation is live",
    "gateway_key_missing": "none is set up: set PLEAMAR_STRIPE_KEY",
    "smtp_url_invalid": "PLEAMAR_SMTP_URL is not such as smtp://user:password@mail.example.com:587",
    "smtp_option_invalid": "PLEAMAR_SMTP_URL has an option that is unknown or wrong",
    "smtp_login_invalid": "PLEAMAR_SMTP_URL has half a login, or one beyond ASCII",
    "smtp_in_the_clear": "PLEAMAR_SMTP_URL asks for mail without encryption to another machine",
}


def configuration(environ: Mapping[str, str]) -> list[ConfigLine]:
    """What there is to know, in order; it stops where nothing further can be known."""
    lines = [ConfigLine("home", fine=True, text=str(home(environ)))]
    if not is_embedded(environ):
        return lines + _database(environ)
    lines.append(_embedded(environ))
    if lines[-1].fine and embedded_server(environ).status().state == "running":
        connections["default"].settings_dict.update(database_settings(embedded_server(environ).start().web_url))
        lines += _database(environ)
    return lines


def _embedded(environ: Mapping[str, str]) -> ConfigLine:
    try:
        status = embedded_server(environ).status()
    except ServerProblem as problem:
        return ConfigLine("database", fine=False, text=str(problem))
    if status.state != "no data" and status.major is None:
        return ConfigLine("database", fine=False, text=f"{status.data_directory} holds something else")
    return ConfigLine("database", fine=True, text=f"embedded, {status.state}, in {status.data_directory}")


def _database(environ: Mapping[str, str]) -> list[ConfigLine]:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
            number, text = cursor.fetchone()
        lines = [ConfigLine("database", fine=number >= _OLDEST_POSTGRES, text=f"PostgreSQL {text} (15 or newer)")]
        if not is_migrated():
            return [*lines, ConfigLine("tables", fine=False, text="not up to date: run `pleamar migrate`")]
        return [*lines, ConfigLine("tables", fine=True, text="up to date"), *_installation(environ)]
    except Error as failed:
        return [ConfigLine("database", fine=False, text=str(failed).strip().splitlines()[0])]


def _installation(environ: Mapping[str, str]) -> list[ConfigLine]:
    installation = Installation.objects.first()
    if installation is None:
        return [ConfigLine("installation", fine=False, text="none yet: run `pleamar migrate --mode sandbox|live`")]
    seller = Seller.objects.get(is_default=True)
    return [
        ConfigLine("installation", fine=True, text=str(installation)),
        _seller(seller),
        ConfigLine("tax", fine=True, text="not set up" if seller.tax_rate is None else f"{seller.tax_rate} %"),
        _payments(environ),
        _collecting(installation),
        _mail(installation, environ),
        *sign_in_lines(installation, environ),
    ]


def _seller(seller: Seller) -> ConfigLine:
    if seller.email:
        return ConfigLine("seller", fine=True, text=f"{seller.name}, {seller.email}")
    missing = "no e-mail address for answers to mails, or to ask before a suspension: `pleamar seller --email`"
    return ConfigLine("seller", fine=True, text=f"{seller.name}, {missing}")


def _collecting(installation: Installation) -> ConfigLine:
    if installation.collection_paused_at is None:
        return ConfigLine("collecting", fine=True, text="goes on")
    because = installation.collection_paused_because
    return ConfigLine("collecting", fine=False, text=f"paused ({because}): `pleamar collect` says what to do")


def _payments(environ: Mapping[str, str]) -> ConfigLine:
    try:
        return ConfigLine("payments", fine=True, text=_PROVIDERS[provider_kind(environ)])
    except Refused as refused:
        return ConfigLine("payments", fine=False, text=_UNFIT[refused.code])


def _mail(installation: Installation, environ: Mapping[str, str]) -> ConfigLine:
    try:
        server = smtp_server(environ)
    except Refused as refused:
        option = refused.facts.get("option")
        return ConfigLine("mail", fine=False, text=_UNFIT[refused.code] + (f": {option}" if option else ""))
    if server is None:
        is_live = installation.mode == "live"
        set_up = "; set PLEAMAR_SMTP_URL to have it sent" if is_live else ""
        return ConfigLine("mail", fine=not is_live, text=f"written into {mail_folder(environ)}, not sent{set_up}")
    sender = sender_address()
    if not sender:
        return ConfigLine("mail", fine=False, text="it comes from nobody: give the seller an address, `pleamar seller`")
    encrypted = "in the clear" if server.security == "none" else "encrypted"
    return ConfigLine("mail", fine=True, text=f"by {server.host}:{server.port}, {encrypted}, from {sender}")
