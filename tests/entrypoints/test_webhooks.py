"""Webhooks over HTTP: what the provider says is kept once, whatever else comes is turned away without a trace of us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from stripe import WebhookSignature

from pleamar.entrypoints.webhooks import payments
from pleamar.models import Installation, ReceivedEvent
from pleamar.wiring.clock import move_clock_to, real_clock
from pleamar.wiring.payments import sandbox_gateway
from tests.entrypoints.queued import queued

EVENT = {
    "id": "evt_1",
    "kind": "payment_intent.succeeded",
    "subject": "intent",
    "reference": "pi_1",
    "created_at": "2026-01-15T09:00:00+00:00",
    "live": False,
}
HEADER = "Pleamar-Signature"


@pytest.fixture
def client(installation: Installation) -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True, HTTP_HOST="localhost")


def body(**changes: Any) -> bytes:
    return json.dumps({**EVENT, **changes}).encode()


def signed(payload: bytes, *, late: timedelta = timedelta(0)) -> str:
    return sandbox_gateway().sign(payload, at=real_clock()() - late)


def send(client: Client, payload: bytes, signature: str | None, path: str = "/webhooks/sandbox") -> Any:
    headers = {} if signature is None else {HEADER: signature}
    return client.post(path, payload, content_type="application/json", headers=headers)


def assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.content.count(b"\n") == 1
    assert set(json.loads(answer.content)) == {"status", "title"}
    assert b"Traceback" not in answer.content
    assert not ReceivedEvent.objects.exists()
    assert queued() == []


def test_an_event_is_kept_once_and_somebody_is_woken(client: Client) -> None:
    move_clock_to(datetime(2031, 1, 1, tzinfo=UTC))  # signatures are of real moments all the same
    for _ in range(3):
        answer = send(client, body(), signed(body()))
        assert (answer.status_code, answer.content) == (204, b"")
    event = ReceivedEvent.objects.get()
    assert (event.provider, event.provider_reference, event.received_at.year) == ("sandbox", "evt_1", 2031)
    assert queued() == [("process_event", {"event_id": event.pk})]


@pytest.mark.parametrize(
    "signature",
    [None, "", "t=1,v1=ab", "nonsense", "\u00e9" * 50, "t=99999999999,v1=" + "0" * 64, "v1=" + "0" * 64, "=" * 20_000],
)
def test_a_forged_signature(client: Client, signature: str | None) -> None:
    assert_problem(send(client, body(), signature), 400)


@pytest.mark.parametrize("late", [timedelta(seconds=310), timedelta(seconds=-310), timedelta(days=400)])
def test_a_signature_of_another_time(client: Client, late: timedelta) -> None:
    assert_problem(send(client, body(), signed(body(), late=late)), 400)


def test_a_signature_of_another_message(client: Client) -> None:
    assert_problem(send(client, body(id="evt_2"), signed(body())), 400)
    assert_problem(send(client, body() + b" ", signed(body())), 400)


@pytest.mark.parametrize(
    "payload",
    [b" ", b"{", b"[]", b"null", b"\xff\xfe\x00", b'"x"', b"{}", b"[" * 10_000, b"1" * 10_000]
    + [json.dumps({**EVENT, name: value}).encode() for name in EVENT for value in (None, 7, ["x"], {"a": 1})],
)
def test_garbage_though_it_is_signed(client: Client, payload: bytes) -> None:
    answer = send(client, payload, signed(payload))
    assert answer.status_code in (204, 400)
    assert b"Traceback" not in answer.content


NOT_KEPT = ["half \ud83d", "nothing \x00", "x" * 256]


@pytest.mark.parametrize("text", NOT_KEPT, ids=["half", "nul", "long"])
@pytest.mark.parametrize("name", ["id", "kind", "reference"])
def test_what_can_never_be_kept_is_not_asked_for_again(client: Client, name: str, text: str) -> None:
    payload = body(**{name: text})
    assert_problem(send(client, payload, signed(payload)), 400)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_calendar_holds(client: Client, at: str) -> None:
    payload = body(created_at=at)
    assert_problem(send(client, payload, signed(payload)), 400)


@pytest.mark.parametrize("text", NOT_KEPT, ids=["half", "nul", "long"])
@pytest.mark.parametrize("name", ["id", "type", "reference"])
def test_what_can_never_be_kept_of_stripe(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", "sk_test_of_nobody")
    monkeypatch.setenv("PLEAMAR_STRIPE_WEBHOOK_SECRET", "whsec_of_nobody")
    told = {"id": "evt_1", "type": "payment_intent.succeeded", "reference": "pi_1", name: text}
    thing = {"object": {"id": told.pop("reference")}}
    payload = json.dumps({**told, "created": 1, "livemode": False, "data": thing})
    at = (real_clock()() - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    header = WebhookSignature.generate_signature_header(payload, "whsec_of_nobody", at)
    answer = client.post(
        "/webhooks/stripe", payload, content_type="application/json", headers={"Stripe-Signature": header}
    )
    assert_problem(answer, 400)


def test_a_message_that_is_too_large_is_not_read(client: Client) -> None:
    assert_problem(send(client, b"x" * (256 * 1024 + 1), signed(b"x")), 413)

    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError

        readline = read

    for length, status in (("99999999999999999999", 413), ("-1", 411), ("", 411), ("x", 411), ("١", 411)):
        told: Any = {"wsgi.input": Unread(), "CONTENT_LENGTH": length, "HTTP_PLEAMAR_SIGNATURE": "t=1"}
        assert_problem(client.generic("POST", "/webhooks/sandbox", **told), status)


def test_the_other_mode_is_none_of_ours(client: Client) -> None:
    payload = body(live=True)
    assert send(client, payload, signed(payload)).status_code in (204, 400)
    assert not ReceivedEvent.objects.exists()


def test_a_message_of_another_installation(client: Client) -> None:
    with override_settings(SECRET_KEY="another installation's"):
        signature = signed(body())
    assert_problem(send(client, body(), signature), 400)


@pytest.mark.parametrize("name", ["stripe", "paypal", "", "sandbox/"])
def test_an_address_that_is_not_there(client: Client, name: str) -> None:
    path = f"/webhooks/{name}"
    answer = client.post(path, body(), content_type="application/json", headers={"Stripe-Signature": signed(body())})
    assert answer.status_code in (403, 404)  # whoever posts elsewhere has no token
    assert_problem(client.get(path), 405 if name == "stripe" else 404)


@pytest.mark.parametrize(
    "accept", ["application/json", "application/problem+json", "Application/JSON;q=0.9, */*;q=0.1"]
)
def test_whoever_asks_for_json_is_told_so_in_it_everywhere(client: Client, accept: str) -> None:
    assert_problem(client.get("/x", headers={"Accept": accept}), 404)
    guarded = Client(enforce_csrf_checks=True)
    assert_problem(guarded.post("/language", body(), content_type="application/json", headers={"Accept": accept}), 403)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "text/html, application/json",
        "image/png",
        "x*=a'b'c",
    ],
)
def test_browsers_are_shown_a_page(client: Client, accept: str) -> None:
    answer = client.get("/x", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in answer.content.decode()


def test_the_address_without_a_path_is_the_portals(client: Client) -> None:
    assert client.get("/").headers["Location"].startswith("/sign-in/login/")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post(client: Client, method: str) -> None:
    answer = client.generic(method, "/webhooks/sandbox")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert b"<" not in answer.content


def test_a_host_that_we_are_not(client: Client) -> None:
    for path in ("/healthz", "/webhooks/sandbox"):
        assert_problem(client.get(path, headers={"Host": "elsewhere.example"}), 400)


def test_a_live_installation_without_a_key_asks_to_send_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signature = signed(body())
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", "nonsense")
    assert_problem(send(client, body(), signature), 503)


def test_what_cannot_be_kept_is_to_be_sent_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> bool:
        raise DatabaseError("the disk is full: (1, 2)")

    monkeypatch.setattr(payments, "receive_event", full)
    assert_problem(send(client, body(), signed(body())), 503)


def test_what_nobody_expected(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> bool:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(payments, "receive_event", broken)
    answer = send(client, body(), signed(body()))
    assert_problem(answer, 500)
    assert b"secret" not in answer.content


def test_the_health_check(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert_problem(client.post("/healthz"), 403)  # whoever posts elsewhere has no token
    assert_problem(client.generic("OPTIONS", "/healthz"), 405)


@pytest.fixture
def no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def gone(*_: Any) -> None:
        raise DatabaseError("connection to /secret failed")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        patch.setattr(connection, "close", lambda: None)
        yield


def test_the_health_check_without_a_database(client: Client, no_database: None) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert b"secret" not in answer.content
