"""What would let a reader of the database in stands there only encrypted."""

from __future__ import annotations

import base64
import re
import zlib
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from pleamar.entrypoints.jobs.tasks import renew_second_factors
from pleamar.entrypoints.sign_in.mfa_adapter import MfaAdapter, encrypted_anew
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.signing_in import TOTP, is_in, mail_of_now, set_up_app, signed_in

CODES = "/sign-in/2fa/recovery-codes/"


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


def everything_written() -> str:
    """Every row of every table; where one holds what was encoded or packed, also what that says."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {connection.ops.quote_name(table)} t")
            found.append(cursor.fetchone()[0] or "")
    for session in Session.objects.values_list("session_data", flat=True):
        packed = session.removeprefix(".").partition(":")[0]
        raw = base64.urlsafe_b64decode(f"{packed}===")
        found.append((zlib.decompress(raw) if session.startswith(".") else raw).decode("latin-1"))
    return " ".join(found)


def test_what_a_session_remembers_is_looked_for_where_it_would_stand(portal: Portal, settings: Settings) -> None:
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
    browser = signed_in(portal.user())
    session = browser.session
    session["remembered"] = "a-plain-secret"
    session.save()
    assert "a-plain-secret" in everything_written()


def test_no_secret_stands_in_the_database(portal: Portal) -> None:
    browser = signed_in(portal.user())
    page = browser.get(TOTP).content.decode()
    being_set_up = re.findall(r'class="secret">([A-Z2-7]+)<', page)[0]
    assert browser.session["mfa.totp.secret"] == being_set_up
    assert being_set_up not in everything_written()
    secret = set_up_app(browser)
    codes = re.findall(r"<code>(\d{8})</code>", browser.get(CODES).content.decode())
    assert len(codes) == 10
    kept = {row.type: row.data for row in Authenticator.objects.all()}
    everything = everything_written()
    assert secret not in everything
    assert not any(one in everything for one in codes)
    assert kept["totp"]["secret"].startswith("gAAAA")
    assert kept["recovery_codes"]["seed"].startswith("gAAAA")


def test_nor_does_the_key_of_a_link_for_a_new_password(portal: Portal) -> None:
    browser = Client()
    browser.post("/sign-in/password/reset/", {"email": portal.user().email})
    path = urlsplit(next(word for word in mail_of_now()[-1].text.split() if "/reset/key/" in word)).path
    browser.get(path)
    key = path.rstrip("/").rpartition("/")[2].partition("-")[2]
    assert browser.session["_password_reset_key"] == key
    assert key not in everything_written()


def test_a_session_outlives_a_change_of_the_key_but_not_the_loss_of_it(portal: Portal, settings: Settings) -> None:
    browser = signed_in(portal.user())
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one", [old]
    assert is_in(browser)
    settings.SECRET_KEY_FALLBACKS = []
    assert not is_in(browser)


@pytest.mark.parametrize("junk", ["", "x", "a:b:c", "e30:1abc:sig"])
def test_a_session_that_cannot_be_read_is_an_empty_one(portal: Portal, junk: str) -> None:
    browser = signed_in(portal.user())
    Session.objects.update(session_data=junk)
    assert not is_in(browser)


def test_secrets_outlive_a_change_of_the_key(portal: Portal, settings: Settings) -> None:
    secret = set_up_app(signed_in(portal.user()))
    row = Authenticator.objects.get(type="totp")
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one", [old]
    assert MfaAdapter().decrypt(row.data["secret"]) == secret
    renew_second_factors()
    row.refresh_from_db()
    settings.SECRET_KEY_FALLBACKS = []
    assert MfaAdapter().decrypt(row.data["secret"]) == secret
    settings.SECRET_KEY = old
    with pytest.raises(RuntimeError, match="PLEAMAR_SECRET_KEY_FALLBACKS"):
        MfaAdapter().decrypt(row.data["secret"])
    with pytest.raises(InvalidToken):
        encrypted_anew(row.data["secret"])
