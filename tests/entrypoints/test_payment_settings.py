"""Which payment provider an installation has, by its settings, and how long a charge may be driven."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from pleamar.actions.install import install
from pleamar.actions.pause_collection import pause_collection
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.adapters.payments.stripe import StripeProvider
from pleamar.rules.refusals import Refused
from pleamar.wiring.checking import configuration
from pleamar.wiring.clock import move_clock_to, real_clock
from pleamar.wiring.payments import leasing, payment_provider
from tests.fakes.people import TESTER

pytestmark = pytest.mark.django_db
Mode = Literal["sandbox", "live"]
TEST_KEY, LIVE_KEY = "sk_test_1", "rk_live_1"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEY", "WEBHOOK_SECRET", "ADDRESS"):
        monkeypatch.delenv(f"PLEAMAR_STRIPE_{name}", raising=False)
    monkeypatch.delenv("PLEAMAR_CHARGE_LEASE", raising=False)


def installed(mode: Mode) -> None:
    install(mode, seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))


def payments_line() -> tuple[bool, str]:
    (line,) = [
        line for line in configuration({"DATABASE_URL": "postgresql://", **environment()}) if line.what == "payments"
    ]
    return line.fine, line.text


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("PLEAMAR_STRIPE")}


def test_a_sandbox_without_a_key_has_its_own() -> None:
    installed("sandbox")
    assert isinstance(payment_provider(), SandboxGateway)
    assert payments_line() == (True, "the sandbox's own, no money moves")


@pytest.mark.parametrize(
    ("mode", "key", "provider"), [("sandbox", TEST_KEY, "stripe-test"), ("live", LIVE_KEY, "stripe")]
)
def test_a_key_that_fits(mode: Mode, key: str, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(mode)
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", key)
    found = payment_provider()
    assert isinstance(found, StripeProvider)
    assert (found.provider, found.live) == (provider, mode == "live")
    fine, text = payments_line()
    assert fine
    assert text.startswith("Stripe")


@pytest.mark.parametrize(
    ("mode", "key", "address", "code"),
    [
        ("live", "", "", "gateway_key_missing"),
        ("live", TEST_KEY, "", "gateway_key_is_test"),
        ("sandbox", LIVE_KEY, "", "gateway_key_is_live"),
        ("sandbox", "pk_test_1", "", "gateway_key_invalid"),
        ("live", LIVE_KEY, "http://127.0.0.1:1", "gateway_address_is_for_tests"),
    ],
)
def test_a_key_that_does_not_fit(
    mode: Mode, key: str, address: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(mode)
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", key)
    monkeypatch.setenv("PLEAMAR_STRIPE_ADDRESS", address)
    with pytest.raises(Refused, match=code):
        payment_provider()
    fine, text = payments_line()
    assert not fine
    assert not key or key not in text


def test_leases_run_on_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    installed("sandbox")
    move_clock_to(datetime(2150, 1, 1, tzinfo=UTC))
    assert leasing().length == timedelta(seconds=120)
    assert abs(leasing().clock() - real_clock()()) < timedelta(minutes=1)
    assert real_clock()().year < 2150
    monkeypatch.setenv("PLEAMAR_CHARGE_LEASE", "2")
    assert leasing().length == timedelta(seconds=2)


@pytest.mark.parametrize("told", ["0", "601", "-1", "1.5", "ten", "٣", "9" * 99])
def test_a_lease_of_no_sensible_length(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEAMAR_CHARGE_LEASE", told)
    with pytest.raises(Refused, match="lease_invalid"):
        leasing()


def test_stripes_clock_cannot_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is listed there by time, and keys that are kept for a day, would be of another time than ours."""
    installed("sandbox")
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", TEST_KEY)
    move_clock_to(real_clock()() + timedelta(days=40))
    with pytest.raises(Refused, match="gateway_clock_is_real"):
        payment_provider()
    fine, text = payments_line()
    assert (fine, "clock was moved" in text) == (False, True)


def test_a_pause_is_told() -> None:
    installed("sandbox")
    pause_collection("copied", cause=TESTER, now=real_clock()())
    (line,) = [line for line in configuration({"DATABASE_URL": "postgresql://"}) if line.what == "collecting"]
    assert (line.fine, line.text) == (False, "paused (copied): `pleamar collect` says what to do")
