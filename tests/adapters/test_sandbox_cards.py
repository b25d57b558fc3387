"""What the sandbox's test cards do, and what else its provider refuses as a real one does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from pleamar.adapters.payments.sandbox import PROCESSING_TAKES, TEST_CARDS, SandboxGateway
from pleamar.ports.payments import CustomerDetails, EventForged, GatewayRefused, Intent, IntentRequest, KeyConflict
from pleamar.rules.collecting import LARGEST
from pleamar.rules.money import Money
from pleamar.wiring.sandbox_store import TableStore
from tests.fakes.clock import SteppedClock

pytestmark = pytest.mark.django_db
NUMBERS = {behaviour: number for number, behaviour in TEST_CARDS.items()}


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
def sandbox(clock: SteppedClock) -> SandboxGateway:
    return SandboxGateway(TableStore(), clock, secret="a secret")


def request(sandbox: SandboxGateway, behaviour: str = "succeeds", minor: int = 5_000) -> IntentRequest:
    card = sandbox.register_card(NUMBERS[behaviour], customer="somebody")
    return IntentRequest(Money(minor, "EUR"), card.customer, card.reference, {"charge": "1"})


def created(sandbox: SandboxGateway, behaviour: str = "succeeds") -> Intent:
    return sandbox.create(request(sandbox, behaviour), key=str(uuid4()))


def confirmed(sandbox: SandboxGateway, behaviour: str = "succeeds") -> Intent:
    return sandbox.confirm(created(sandbox, behaviour).id, key=str(uuid4()))


def kinds(sandbox: SandboxGateway, reference: str) -> list[str]:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return [event.kind for event in sandbox.list_events(since=since) if event.reference == reference]


def test_a_number_that_is_no_test_number_is_refused(sandbox: SandboxGateway) -> None:
    with pytest.raises(GatewayRefused, match="card_number_unknown"):
        sandbox.register_card("4111 1111 1111 1111", customer="somebody")


def test_a_number_may_be_typed_in_groups(sandbox: SandboxGateway) -> None:
    details = sandbox.register_card("4242 4242 4242 4242", customer="somebody")
    assert (details.last4, details.brand, details.expires_year) == ("4242", "Visa", 2029)
    assert details == sandbox.register_card("4242424242424242", customer="somebody")


@pytest.mark.parametrize(
    ("behaviour", "hard"),
    [
        *(("generic_decline", False), ("insufficient_funds", False)),
        *(("expired_card", True), ("lost_card", True), ("stolen_card", True), ("do_not_honor", True)),
    ],
)
def test_declines(sandbox: SandboxGateway, behaviour: str, hard: bool) -> None:
    intent = confirmed(sandbox, behaviour)
    assert intent.status == "declined"
    assert intent.decline is not None
    assert (intent.decline.code, intent.decline.hard) == (behaviour, hard)
    assert kinds(sandbox, intent.id) == ["payment_intent.payment_failed"]


def test_a_card_that_is_declined_twice_and_then_pays(sandbox: SandboxGateway) -> None:
    outcomes = [confirmed(sandbox, "insufficient_then_succeeds") for _ in range(4)]
    assert [intent.status for intent in outcomes] == ["declined", "declined", "succeeded", "succeeded"]
    assert outcomes[0].decline is not None
    assert (outcomes[0].decline.code, outcomes[0].decline.hard) == ("insufficient_funds", False)


def test_an_answer_that_is_given_again_is_no_second_decline(sandbox: SandboxGateway) -> None:
    intent, key = created(sandbox, "insufficient_then_succeeds"), str(uuid4())
    statuses = [sandbox.confirm(intent.id, key=each).status for each in (key, key, key, "2", "2", "3")]
    assert statuses == ["declined"] * 5 + ["succeeded"]


def test_a_payment_that_is_processed_succeeds_later(sandbox: SandboxGateway, clock: SteppedClock) -> None:
    intent = confirmed(sandbox, "processing_then_succeeds")
    assert intent.status == sandbox.retrieve(intent.id).status == "processing"
    assert sandbox.cancel(intent.id, key="cancel").status == "processing"
    assert kinds(sandbox, intent.id) == ["payment_intent.processing"]
    clock.moment += PROCESSING_TAKES
    assert kinds(sandbox, intent.id) == ["payment_intent.processing", "payment_intent.succeeded"]
    assert sandbox.retrieve(intent.id).status == "succeeded"
    assert sandbox.cancel(intent.id, key="cancel").status == "succeeded"
    assert [each.status for each in sandbox.list_intents(None, since=intent_day(clock))] == ["succeeded"]
    assert len(kinds(sandbox, intent.id)) == 2


def intent_day(clock: SteppedClock) -> datetime:
    return clock() - timedelta(days=1)


def test_a_payment_that_is_disputed_at_once(sandbox: SandboxGateway) -> None:
    intent = confirmed(sandbox, "succeeds_then_disputed")
    assert intent.status == "succeeded"
    (dispute,) = sandbox.disputes_of(intent.id)
    assert (dispute.amount, dispute.status) == (intent.amount, "open")
    assert kinds(sandbox, dispute.id) == ["charge.dispute.created"]


def test_three_d_secure_is_told_and_acted_on(sandbox: SandboxGateway) -> None:
    intent = confirmed(sandbox, "authentication_required")
    address = sandbox.begin_action(intent.id, return_to="https://example.com/back", key="1")
    assert address == f"sandbox://localhost/actions/{intent.id}"
    assert sandbox.returns_to(intent.id) == "https://example.com/back"
    sandbox.begin_action(intent.id, return_to="https://example.com/other", key="2")
    assert sandbox.returns_to(intent.id) == "https://example.com/other"
    assert sandbox.act(intent.id, succeed=False).status == "declined"
    with pytest.raises(GatewayRefused, match="intent_needs_no_action"):
        sandbox.act(intent.id, succeed=True)
    assert kinds(sandbox, intent.id) == ["payment_intent.requires_action", "payment_intent.payment_failed"]


@pytest.mark.parametrize(
    ("minor", "code"), [(0, "amount_too_small"), (49, "amount_too_small"), (LARGEST + 1, "amount_too_large")]
)
def test_amounts_out_of_bounds_are_refused(sandbox: SandboxGateway, minor: int, code: str) -> None:
    with pytest.raises(GatewayRefused) as refused:
        sandbox.create(request(sandbox, minor=minor), key="1")
    assert (refused.value.code, refused.value.card_is_to_blame) == (code, False)
    assert sandbox.create(request(sandbox, minor=50), key="1").amount == Money(50, "EUR")


def test_another_customer_s_card_is_refused(sandbox: SandboxGateway) -> None:
    card = sandbox.register_card(NUMBERS["succeeds"], customer="somebody")
    with pytest.raises(GatewayRefused, match="card_unknown"):
        sandbox.create(IntentRequest(Money(5_000, "EUR"), "another", card.reference, {}), key="1")


def test_a_card_that_was_detached_meanwhile_is_not_charged(sandbox: SandboxGateway) -> None:
    intent = created(sandbox)
    sandbox.detach_card(request(sandbox).card)
    with pytest.raises(GatewayRefused) as refused:
        sandbox.confirm(intent.id, key="1")
    assert refused.value.card_is_to_blame
    assert sandbox.retrieve(intent.id).status == "requires_confirmation"
    assert kinds(sandbox, request(sandbox).card) == ["payment_method.detached"]


def test_a_key_is_for_one_call_only(sandbox: SandboxGateway) -> None:
    intent = sandbox.create(request(sandbox), key="1")
    with pytest.raises(KeyConflict):
        sandbox.confirm(intent.id, key="1")
    assert sandbox.retrieve(intent.id).status == "requires_confirmation"


def test_a_page_is_used_once_and_not_for_ever(sandbox: SandboxGateway, clock: SteppedClock) -> None:
    customer = sandbox.open_customer(CustomerDetails("par_1", "Cuarzo", ""), key="1")
    setups = [
        sandbox.begin_setup(customer, currency="EUR", return_to="https://example.com", metadata={}, key=key)
        for key in ("2", "3")
    ]
    assert sandbox.returns_to(setups[0].id) == "https://example.com"
    assert sandbox.enter_card(setups[0].id, NUMBERS["lost_card"]).last4 == "9987"
    for setup, late in ((setups[0], False), (setups[1], True)):
        clock.moment += timedelta(hours=24 if late else 0)
        with pytest.raises(GatewayRefused, match="setup_closed"):
            sandbox.enter_card(setup.id, NUMBERS["succeeds"])
        with pytest.raises(GatewayRefused, match="setup_closed"):
            sandbox.expire_setup(setup.id)
    assert kinds(sandbox, setups[0].id) == ["checkout.session.completed"]
    assert kinds(sandbox, setups[1].id) == ["checkout.session.expired"]


def test_no_more_is_taken_or_given_back_than_was_paid(sandbox: SandboxGateway) -> None:
    intent = confirmed(sandbox)
    sandbox.refund(intent.id, 4_000)
    assert sandbox.dispute(intent.id, 3_000).amount == Money(3_000, "EUR")
    assert sandbox.dispute(intent.id, 2_000).amount == Money(2_000, "EUR")
    for act in (lambda: sandbox.refund(intent.id, 1_001), lambda: sandbox.dispute(intent.id, 1)):
        with pytest.raises(GatewayRefused, match="amount_too_large"):
            act()
    with pytest.raises(GatewayRefused, match="amount_too_small"):
        sandbox.refund(intent.id, 0)
    with pytest.raises(GatewayRefused, match="intent_not_succeeded"):
        sandbox.refund(created(sandbox).id, 1)


def test_a_dispute_is_decided_once(sandbox: SandboxGateway) -> None:
    dispute = sandbox.dispute(confirmed(sandbox).id)
    assert sandbox.close_dispute(dispute.id, won=True).status == "won"
    with pytest.raises(GatewayRefused, match="dispute_closed"):
        sandbox.close_dispute(dispute.id, won=False)
    assert sandbox.retrieve_dispute(dispute.id).status == "won"


def test_rubbish_is_no_message_even_if_it_is_signed(sandbox: SandboxGateway, clock: SteppedClock) -> None:
    (event,) = sandbox.list_events(since=confirmed_at(sandbox, clock))
    payload, _ = sandbox.message(event.id)
    foreign = payload.replace(b'"live": false', b'"live": true')
    naive = payload.replace(b"+00:00", b"")
    unknown = payload.replace(b'"intent"', b'"moon"')
    assert len({payload, foreign, naive, unknown}) == 4
    for forged in (b"", b"[]", b"{}", b"1", b"\xff", b"[" * 60_000, foreign, naive, unknown, payload + b" " * 70_000):
        with pytest.raises(EventForged):
            sandbox.open_event(forged, sandbox.sign(forged, at=clock()), now=clock())


def confirmed_at(sandbox: SandboxGateway, clock: SteppedClock) -> datetime:
    confirmed(sandbox)
    return clock()


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_message_of_another_time_is_forged(sandbox: SandboxGateway, clock: SteppedClock, seconds: int) -> None:
    (event,) = sandbox.list_events(since=confirmed_at(sandbox, clock))
    payload, signature = sandbox.message(event.id)
    for text in (signature.replace("v1=", "v1=é"), "t=٣,v1=" + "0" * 64, f"t={'9' * 99},v1={'0' * 64}"):
        with pytest.raises(EventForged):
            sandbox.open_event(payload, text, now=clock())
    with pytest.raises(EventForged):
        sandbox.open_event(payload, signature, now=clock() + timedelta(seconds=seconds))
    assert sandbox.open_event(payload, signature, now=clock() + timedelta(seconds=300)) == event


def test_without_a_secret_everything_is_forged(sandbox: SandboxGateway, clock: SteppedClock) -> None:
    (event,) = sandbox.list_events(since=confirmed_at(sandbox, clock))
    open_to_all = SandboxGateway(TableStore(), clock)
    payload, signature = open_to_all.message(event.id)
    with pytest.raises(EventForged):
        open_to_all.open_event(payload, signature, now=clock())
    with pytest.raises(EventForged):
        sandbox.open_event(payload, signature, now=clock())
