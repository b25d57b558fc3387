"""A message is Stripe's if its signature says so, and whatever else comes is forged, however it is broken."""

from __future__ import annotations

import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.adapters.payments.stripe import StripeProvider
from pleamar.adapters.payments.stripe.events import SUBJECTS
from pleamar.ports.payments import EventForged, ProviderEvent

SECRET = "whsec_of_nobody"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = 1_772_366_400
PROVIDER = StripeProvider("sk_test_of_nobody", SECRET)
NO_THINGS: list[object] = [[], "pi_1", {}, {"id": 7}]
NOT_KEPT = ["half \ud83d", "nothing \x00", "x" * 256]
EVENT: dict[str, object] = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "created": AT - 5,
    "livemode": False,
    "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
}


def signature(payload: bytes, at: int = AT, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), b"%d." % at + payload, sha256).hexdigest()


def opened(payload: bytes, header: str | None = None, provider: StripeProvider = PROVIDER) -> ProviderEvent:
    return provider.open_event(payload, header or f"t={AT},v1={signature(payload)}", now=NOW)


def told(**changes: object) -> ProviderEvent:
    return opened(json.dumps(EVENT | changes).encode())


def test_a_signed_event_is_read() -> None:
    created_at = NOW - timedelta(seconds=5)
    assert told() == ProviderEvent("evt_1", "payment_intent.succeeded", "intent", "pi_1", created_at, live=False)
    assert told(livemode=True).live


@pytest.mark.parametrize("kind", sorted(SUBJECTS))
def test_what_is_listened_to_names_its_thing(kind: str) -> None:
    thing = {"id": "x_1", "payment_intent": "pi_1", "mode": "setup"}
    event = told(type=kind, data={"object": thing})
    assert (event.subject, event.reference) == (SUBJECTS[kind], "pi_1" if "refund" in kind else "x_1")


def test_stripe_lists_by_no_more_than_twenty_kinds() -> None:
    assert len(SUBJECTS) <= 20


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("invoice.paid", {"id": "x_1"}),
        ("checkout.session.completed", {"id": "x_1", "mode": "payment"}),
        ("charge.refunded", {"id": "x_1", "payment_intent": None}),
        ("refund.failed", {"id": "x_1", "payment_intent": None}),
    ],
)
def test_what_is_none_of_ours_is_other(kind: str, thing: dict[str, object]) -> None:
    event = told(type=kind, data={"object": thing})
    assert (event.subject, event.reference) == ("other", "x_1")


def test_a_thing_without_an_id_is_other_as_well() -> None:
    assert told(type="balance.available", data={"object": {"object": "balance"}}).reference == ""


def test_one_good_signature_of_several_is_enough() -> None:
    payload = json.dumps(EVENT).encode()
    header = f"t={AT},v1={signature(payload, secret='whsec_before')},v1={signature(payload)},v0=abc"
    assert opened(payload, header).id == "evt_1"


@pytest.mark.parametrize("away", [-301, -1_000_000, 301, 1_000_000])
def test_a_message_of_another_time_is_forged(away: int) -> None:
    payload = json.dumps(EVENT).encode()
    with pytest.raises(EventForged):
        opened(payload, f"t={AT + away},v1={signature(payload, AT + away)}")


@pytest.mark.parametrize("away", [-300, 300])
def test_a_clock_may_be_five_minutes_off(away: int) -> None:
    payload = json.dumps(EVENT).encode()
    assert opened(payload, f"t={AT + away},v1={signature(payload, AT + away)}").id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        *("rubbish", ",", "=", "t=,v1=", f"t={AT}", f"t={AT},v1=", f"t={AT},v1=ñ\ud800", "v1=abc", f"t={AT},v0=GOOD"),
        *("t=1e9,v1=GOOD", "t=-1,v1=GOOD", f"t={'9' * 5_000},v1=GOOD", "t=٣,v1=GOOD", f"t={AT},t={AT},v1=GOOD"),
    ],
)
def test_a_header_that_says_nothing_is_forged(header: str) -> None:
    payload = json.dumps(EVENT).encode()
    with pytest.raises(EventForged):
        opened(payload, header.replace("GOOD", signature(payload)))


def test_another_secret_or_none_is_forged() -> None:
    payload = json.dumps(EVENT).encode()
    for mine, theirs in ((SECRET, "whsec_another"), ("", "")):
        provider = StripeProvider("sk_test_of_nobody", mine)
        with pytest.raises(EventForged):
            opened(payload, f"t={AT},v1={signature(payload, secret=theirs)}", provider)


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"\xff\xfe", b"null", b"[]", b'"text"', b"{}", b"NaN", b"{", b"[" * 100_000, b"1" * 10_000),
        *(json.dumps(EVENT | {name: None}).encode() for name in EVENT if name != "object"),
        *(json.dumps(EVENT | {"created": at}).encode() for at in (10**30, 1.5, "1", -(10**15))),
        *(json.dumps(EVENT | {"data": {"object": thing}}).encode() for thing in NO_THINGS),
        *(json.dumps(EVENT | {name: text}).encode() for name in ("id", "type") for text in NOT_KEPT),
        *(json.dumps(EVENT | {"data": {"object": {"id": text}}}).encode() for text in NOT_KEPT),
        json.dumps(EVENT | {"data": []}).encode(),
    ],
)
def test_rubbish_is_forged_even_if_it_is_signed(payload: bytes) -> None:
    with pytest.raises(EventForged):
        opened(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*EVENT, "mode"]), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(list(EVENT)), JSON), st.text())
def test_nothing_but_an_event_or_a_forgery_comes_of_any_message(changes: dict[str, object], header: str) -> None:
    payload = json.dumps(EVENT | changes).encode()
    with pytest.raises(EventForged):
        PROVIDER.open_event(payload, header, now=NOW)
    with suppress(EventForged):
        assert opened(payload).id
