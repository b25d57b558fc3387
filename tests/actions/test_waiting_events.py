"""Events that cannot be worked on: they wait, longer and longer, and nothing else waits for them."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from pleamar.actions.process_event import process_event
from pleamar.actions.process_events import process_events
from pleamar.actions.receive_event import receive_event
from pleamar.models import Charge, ReceivedEvent
from pleamar.ports.payments import Dispute, GatewayFailed, GatewayUnreachable, KeyConflict, ProviderEvent
from pleamar.rules.money import Money
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import DUE, drive, one_charge
from tests.stories.month import Storyteller

LATER = DUE + timedelta(minutes=5)


class Broken(FaultyGateway):
    """Whose disputes cannot be asked for, for a reason that a test chooses."""

    error: Exception = AttributeError("card")

    def retrieve_dispute(self, reference: str) -> Dispute:
        del reference
        raise self.error


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def keep(subject: str, reference: str) -> ReceivedEvent:
    event = ProviderEvent(f"evt_{reference}", f"{subject}.x", subject, reference, DUE, live=False)  # type: ignore[arg-type]
    receive_event(event, provider="sandbox", live=False, now=LATER)
    return ReceivedEvent.objects.get(provider_reference=event.id)


@pytest.mark.parametrize("error", [AttributeError("card"), KeyConflict("of another"), ValueError("\x00")])
def test_m11_an_event_that_fails_unexpectedly_does_not_stop_the_others(
    story: Storyteller, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    charge = one_charge(story)
    gateway = Broken(sandbox_gateway(story.clock), {"confirm": "lost answer"})
    gateway.error = error
    charge = drive(charge, gateway)
    first = keep("dispute", "dp_1")
    keep("intent", charge.provider_id or "")
    caplog.clear()
    assert process_events(gateway, now=LATER) == 1
    assert Charge.unscoped.get().state == "succeeded"
    first.refresh_from_db()
    assert (first.processed_at, first.due_at) == (None, LATER + timedelta(minutes=1))
    (said,) = caplog.records
    assert (said.levelno, said.name, said.getMessage()) == (
        logging.ERROR,
        "pleamar.events",
        "event evt_dp_1 of sandbox cannot be worked on",
    )
    assert said.exc_info is not None
    assert said.exc_info[1] is error


@pytest.mark.parametrize("error", [AttributeError("card"), GatewayUnreachable("no route"), GatewayFailed("oops")])
def test_the_pause_grows_from_a_minute_to_six_hours(story: Storyteller, error: Exception) -> None:
    gateway = Broken(sandbox_gateway(story.clock))
    gateway.error = error
    event, now, pauses = keep("dispute", "dp_1"), LATER, []
    for _ in range(13):
        assert process_events(gateway, now=now) == 0
        event.refresh_from_db()
        assert event.due_at is not None
        assert process_events(gateway, now=event.due_at - timedelta(seconds=1)) == 0
        event.refresh_from_db()
        assert event.due_at is not None
        pauses.append((event.due_at - now) // timedelta(minutes=1))
        now = event.due_at
    assert pauses == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]


def test_why_it_waits_is_logged(story: Storyteller, caplog: pytest.LogCaptureFixture) -> None:
    gateway = Broken(sandbox_gateway(story.clock))
    gateway.error = GatewayUnreachable("the key was refused: expired")
    assert not process_event(keep("dispute", "dp_1").pk, gateway, now=LATER)
    assert [(said.levelno, said.getMessage()) for said in caplog.records] == [
        (logging.WARNING, "event evt_dp_1 of sandbox waits: GatewayUnreachable the key was refused: expired")
    ]


def test_a_dispute_of_no_payment_of_ours_is_unknown(story: Storyteller) -> None:
    """Charges that were made without an intent, by others in the same account."""

    class Older(FaultyGateway):
        def retrieve_dispute(self, reference: str) -> Dispute:
            return Dispute(reference, "", Money(100, "USD"), "open")

    event = keep("dispute", "dp_1")
    assert process_event(event.pk, Older(sandbox_gateway(story.clock)), now=LATER)
    event.refresh_from_db()
    assert event.outcome == "unknown"
