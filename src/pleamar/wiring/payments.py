"""The payment provider of this installation, with its memory, and how long whoever drives a charge may take."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from django.conf import settings
from django.utils.crypto import salted_hmac

from pleamar.actions.lease_charge import LEASE, Leasing
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Installation
from pleamar.ports.clock import Clock
from pleamar.ports.payments import PaymentProvider
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock, real_clock
from pleamar.wiring.sandbox_store import TableStore

__all__ = ["TableStore", "is_clock_movable", "leasing", "payment_provider", "provider_kind", "sandbox_gateway"]

ProviderKind: TypeAlias = Literal["sandbox", "stripe", "stripe-test"]

_KEY: Final = "PLEAMAR_STRIPE_KEY"
_WEBHOOK_SECRET: Final = "PLEAMAR_STRIPE_WEBHOOK_SECRET"  # noqa: S105 - a name
_ADDRESS: Final = "PLEAMAR_STRIPE_ADDRESS"
_LEASE: Final = "PLEAMAR_CHARGE_LEASE"
_LONGEST_LEASE: Final = 600


def payment_provider() -> PaymentProvider:
    """Stripe where there is a key for it, else the sandbox. Refuses as `provider_kind` does."""
    kind = provider_kind(os.environ)
    if kind == "sandbox":
        return sandbox_gateway()
    from pleamar.adapters.payments.stripe import StripeProvider  # noqa: PLC0415 - loading it takes long

    return StripeProvider(
        os.environ[_KEY], os.environ.get(_WEBHOOK_SECRET, ""), base_address=os.environ.get(_ADDRESS) or None
    )


def provider_kind(environ: Mapping[str, str]) -> ProviderKind:
    """The provider by its name beside cards, and whether its key fits this installation; it is not asked itself.

    Refuses `gateway_key_missing`, `gateway_key_is_test` (a live installation moves real money), `gateway_key_is_live`
    (a sandbox never does), `gateway_key_invalid`, `gateway_address_is_for_tests` for a live key,
    and `gateway_clock_is_real` where a sandbox's clock was moved: the provider's cannot be.
    """
    key, live = environ.get(_KEY, ""), not Installation.objects.filter(mode="sandbox").exists()
    if not key:
        if live:
            raise Refused("gateway_key_missing")
        return "sandbox"
    from pleamar.adapters.payments.stripe.client import is_live  # noqa: PLC0415 - loading it takes long

    try:
        key_is_live = is_live(key)
    except ValueError as unreadable:
        raise Refused("gateway_key_invalid") from unreadable
    if live and not key_is_live:
        raise Refused("gateway_key_is_test")
    if key_is_live and not live:
        raise Refused("gateway_key_is_live")
    if key_is_live and environ.get(_ADDRESS):
        raise Refused("gateway_address_is_for_tests")
    if Installation.objects.exclude(clock_offset=timedelta(0)).exists():
        raise Refused("gateway_clock_is_real")
    return "stripe" if key_is_live else "stripe-test"


def is_clock_movable(environ: Mapping[str, str]) -> bool:
    """Whether a sandbox's clock may be moved: its payments are its own, so no provider's clock stays behind."""
    return not environ.get(_KEY)


def sandbox_gateway(at: Clock | None = None) -> SandboxGateway:
    """The sandbox's payment provider, on its clock or on another. Refuses `sandbox_only` in a live installation."""
    if not Installation.objects.filter(mode="sandbox").exists():
        raise Refused("sandbox_only")
    secret = salted_hmac("pleamar.sandbox.events", "", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
    return SandboxGateway(TableStore(), at or clock(), secret=secret)


def leasing() -> Leasing:
    """How charges are leased: on the real clock, for `PLEAMAR_CHARGE_LEASE` seconds if that is set.

    Refuses `lease_invalid` for anything but 1 to 600.
    """
    told = os.environ.get(_LEASE) or str(LEASE // timedelta(seconds=1))
    if not re.fullmatch(r"[0-9]{1,3}", told, re.ASCII) or not 1 <= int(told) <= _LONGEST_LEASE:
        raise Refused("lease_invalid", value=told, most=_LONGEST_LEASE)
    return Leasing(real_clock(), timedelta(seconds=int(told)))
