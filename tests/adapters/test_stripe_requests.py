"""The check of requests finds what it is there to find: a check that cannot fail is no check."""

from __future__ import annotations

from dataclasses import replace

import pytest
import stripe

from pleamar.adapters.payments.stripe.client import API_VERSION
from tests.stripe_server.parameters import ENDPOINTS, faults, mismatches
from tests.stripe_server.recorder import MADE_UP, Sent, Tree, own_key_maker, unflattened

HEADERS = {"Stripe-Version": API_VERSION, "Idempotency-Key": "7:create:1"}
GOOD: dict[str, Tree] = {
    "amount": "4400",
    "currency": "eur",
    "customer": "cus_1",
    "payment_method": "pm_1",
    "allowed_payment_method_types": ["card"],
    "metadata": {"charge": "7"},
}


def sent(**changes: Tree) -> Sent:
    return Sent("POST", "/v1/payment_intents", GOOD | changes, HEADERS)


def test_a_request_as_it_should_be_passes() -> None:
    assert faults(sent()) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"bogus": "1"}, "bogus: unknown"),
        ({"payment_method_types": ["card"]}, "payment_method_types: unknown"),
        ({"idempotency_key": "7"}, "idempotency_key: unknown"),
        ({"transfer_data": {"destination": "acct_1", "bogus": "1"}}, "transfer_data.bogus: unknown"),
        ({"transfer_data": {"amount": "1"}}, "transfer_data.destination: missing"),
        ({"amount": "44.00"}, "amount: not int"),
        ({"amount": ["1"]}, "amount: not int"),
        ({"confirm": "1"}, "confirm: not bool"),
        ({"currency": {"a": "b"}}, "currency: not str"),
        ({"metadata": {"charge": ["7"]}}, "metadata.charge: not str"),
        ({"metadata": ["7"]}, "metadata: "),
        ({"expand": "latest_charge"}, "expand: not a list"),
        ({"transfer_data": "acct_1"}, "transfer_data: not an object"),
        ({"capture_method": "never"}, "capture_method: 'never' is not in the enumeration"),
        ({"allowed_payment_method_types": ["crad"]}, "allowed_payment_method_types[0]: 'crad' is not"),
        (
            {"payment_method_options": {"card": {"request_three_d_secure": "perhaps"}}},
            "payment_method_options.card.request_three_d_secure: 'perhaps' is not in the enumeration",
        ),
    ],
)
def test_a_fault_is_found(changes: dict[str, Tree], found: str) -> None:
    (fault,) = faults(sent(**changes))
    assert found in fault


def test_a_missing_parameter_is_found() -> None:
    params = {name: value for name, value in GOOD.items() if name != "amount"}
    assert faults(replace(sent(), params=params)) == ["/v1/payment_intents.amount: missing"]


@pytest.mark.parametrize(("verb", "path"), [("POST", "/v1/charges"), ("DELETE", "/v1/payment_intents/pi_1")])
def test_an_endpoint_without_a_type_is_found(verb: str, path: str) -> None:
    assert faults(Sent(verb, path, {}, HEADERS)) == [f"{verb} {path}: no type for this endpoint"]


@pytest.mark.parametrize("headers", [{"Idempotency-Key": "7"}, HEADERS | {"Stripe-Version": "2017-08-15"}])
def test_another_version_is_found(headers: dict[str, str]) -> None:
    assert faults(replace(sent(), headers=headers)) == ["/v1/payment_intents: not the pinned version of the API"]


@pytest.mark.parametrize("key", [None, MADE_UP])
def test_a_post_without_a_key_of_ours_is_found(key: str | None) -> None:
    headers = {"Stripe-Version": API_VERSION} | ({"Idempotency-Key": key} if key else {})
    assert faults(replace(sent(), headers=headers)) == ["/v1/payment_intents: no key of ours"]


def test_the_sdk_makes_up_a_key_where_the_check_looks_for_it() -> None:
    module, name = own_key_maker()
    assert callable(getattr(module, name))


def test_a_type_that_the_check_does_not_know_is_a_fault() -> None:
    assert mismatches("x", bytes, "p") == ["p: a type that this check does not know: <class 'bytes'>"]


@pytest.mark.parametrize("kind", ENDPOINTS.values())
def test_every_type_knows_unknown_parameters(kind: type) -> None:
    assert "p.bogus: unknown" in mismatches({"bogus": "1"}, kind, "p")


def test_the_pinned_version_is_the_sdk_s() -> None:
    assert stripe.api_version == API_VERSION


def test_a_form_is_read_as_a_tree() -> None:
    pairs = [("a", "1"), ("b[c]", "2"), ("d[0]", "3"), ("d[1]", "4"), ("e[f][0]", "5"), ("g[]", "6")]
    assert unflattened(pairs[:5]) == {"a": "1", "b": {"c": "2"}, "d": ["3", "4"], "e": {"f": ["5"]}}
