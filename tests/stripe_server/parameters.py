"""Whether a request is one that today's API takes, by the types that Stripe's own SDK ships for its parameters."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Final, Union

import typing_extensions as typed
from stripe import _request_options, params
from stripe.params import checkout

from pleamar.adapters.payments.stripe.client import API_VERSION
from tests.stripe_server.recorder import MADE_UP, Sent, Tree

_ID: Final = r"[A-Za-z]+_\w+"
ENDPOINTS: Final[dict[tuple[str, str], type]] = {
    ("POST", "/v1/customers"): params.CustomerCreateParams,
    ("POST", "/v1/checkout/sessions"): checkout.SessionCreateParams,
    ("GET", "/v1/checkout/sessions/ID"): checkout.SessionRetrieveParams,
    ("GET", "/v1/setup_intents/ID"): params.SetupIntentRetrieveParams,
    ("GET", "/v1/payment_methods/ID"): params.PaymentMethodRetrieveParams,
    ("POST", "/v1/payment_methods/ID/detach"): params.PaymentMethodDetachParams,
    ("POST", "/v1/payment_intents"): params.PaymentIntentCreateParams,
    ("GET", "/v1/payment_intents"): params.PaymentIntentListParams,
    ("GET", "/v1/payment_intents/ID"): params.PaymentIntentRetrieveParams,
    ("POST", "/v1/payment_intents/ID/confirm"): params.PaymentIntentConfirmParams,
    ("POST", "/v1/payment_intents/ID/cancel"): params.PaymentIntentCancelParams,
    ("GET", "/v1/events"): params.EventListParams,
    ("GET", "/v1/disputes/ID"): params.DisputeRetrieveParams,
    ("GET", "/v1/refunds"): params.RefundListParams,
}
_OPTIONS: Final = frozenset(_request_options.RequestOptions.__annotations__)


def faults(sent: Sent) -> list[str]:
    """What is wrong with a request; nothing if it is one that Stripe takes."""
    named = endpoint(sent)
    if named not in ENDPOINTS:
        return [f"{sent.verb} {sent.path}: no type for this endpoint"]
    found = mismatches(sent.params, ENDPOINTS[named], sent.path)
    if sent.headers.get("Stripe-Version") != API_VERSION:
        found.append(f"{sent.path}: not the pinned version of the API")
    if sent.verb == "POST" and sent.headers.get("Idempotency-Key", MADE_UP) == MADE_UP:
        found.append(f"{sent.path}: no key of ours")
    return found


def endpoint(sent: Sent) -> tuple[str, str]:
    """The verb and the path with `ID` for what is one."""
    parts = sent.path.split("/")
    return sent.verb, "/".join("ID" if at > 2 and re.fullmatch(_ID, part) else part for at, part in enumerate(parts))


def mismatches(value: Tree, kind: Any, path: str) -> list[str]:
    """Where a tree of texts departs from a type: unknown, missing, wrong type, not in the enumeration."""
    origin, inner = typed.get_origin(kind), typed.get_args(kind)
    if origin in (typed.NotRequired, typed.Required):
        return mismatches(value, inner[0], path)
    if typed.is_typeddict(kind):
        return _object(value, kind, path)
    if origin in (Union, UnionType):
        return _any_of(value, list(inner), path)
    if origin is typed.Literal:
        return [] if value in inner else [f"{path}: {value!r} is not in the enumeration"]
    if origin is list:
        return _items(value, inner[0], path)
    if origin is dict:
        return _values(value, inner[-1], path)
    return _plain(value, kind, path)


def _object(value: Tree, kind: type, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not an object"]
    known = _fields(kind)
    found = [f"{path}.{name}: unknown" for name in value if name not in known]
    for name, field in known.items():
        if name in value:
            found += mismatches(value[name], field, f"{path}.{name}")
        elif typed.get_origin(field) is not typed.NotRequired:
            found.append(f"{path}.{name}: missing")
    return found


@cache
def _fields(kind: type) -> dict[str, Any]:
    # Imported only while types are checked, or only where the options are written.
    unseen = {"StripeContext": object, "UntypedStripeObject": dict, "Mapping": Mapping}
    hints = typed.get_type_hints(kind, vars(sys.modules[kind.__module__]), unseen, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in _OPTIONS}


def _any_of(value: Tree, kinds: list[Any], path: str) -> list[str]:
    """The SDK adds `str` to every enumeration, for values to come: of these we send none."""
    if any(typed.get_origin(kind) is typed.Literal and any(typed.get_args(kind)) for kind in kinds):
        kinds = [kind for kind in kinds if kind is not str]
    return min((mismatches(value, kind, path) for kind in kinds), key=_wrongness)


def _wrongness(found: list[str]) -> tuple[int, int]:
    """The nearest type has the least wrong; of two, the one whose fault lies deeper is the one that was meant."""
    return len(found), -max((fault.partition(":")[0].count(".") for fault in found), default=0)


def _items(value: Tree, kind: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: not a list"]
    return [fault for at, item in enumerate(value) for fault in mismatches(item, kind, f"{path}[{at}]")]


def _values(value: Tree, kind: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: not an object"]
    return [fault for name, item in value.items() for fault in mismatches(item, kind, f"{path}.{name}")]


def _plain(value: Tree, kind: Any, path: str) -> list[str]:
    patterns = {int: r"-?\d+", bool: "true|false", str: r"(?s).*"}
    if kind not in patterns:
        return [f"{path}: a type that this check does not know: {kind}"]
    fits = isinstance(value, str) and re.fullmatch(patterns[kind], value)
    return [] if fits else [f"{path}: not {kind.__name__}"]
