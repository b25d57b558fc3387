"""Work on an event of the provider: never on what it says, but on how the thing it names stands now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pleamar.actions.complete_card_setup import complete_card_setup
from pleamar.actions.lock_charge import NotSettledYet
from pleamar.actions.record_dispute import record_dispute
from pleamar.actions.record_refunds import record_refunds
from pleamar.actions.refresh_card import refresh_card
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import Charge, Installation, ReceivedEvent
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, Intent, PaymentProvider
from pleamar.rules.refusals import Refused

# An event is tried again when it is twice as old, within these.
_SOONEST: Final = timedelta(minutes=1)
_LATEST: Final = timedelta(hours=6)
_Outcome = str
log: Final = logging.getLogger("pleamar.events")


def process_event(event_id: int, provider: PaymentProvider, *, now: datetime, jobs: Jobs = NOBODY) -> bool:
    """Whether it is done with. Events come twice, late and out of order: what they name is retrieved and settled.

    Its `outcome` says `done`, or why it was left alone: `foreign` (another installation's), `unknown` (nothing here has
    that id), `refused: …`. Without an answer from the provider it stays for later, as with any error that nobody
    expected, so that other events go on: the pause is as long as the event has waited so far, from a minute to 6 hours.
    """
    event = ReceivedEvent.objects.get(pk=event_id)
    if event.processed_at is not None or event.provider != provider.provider:
        return False
    refuse_open_transaction()
    try:
        outcome = _WORK[event.subject](event.reference, provider, now, jobs)
    except (GatewayRefused, Refused) as refused:
        outcome = f"refused: {refused.code}"
    except (GatewayUnreachable, GatewayFailed, NotSettledYet) as unanswered:
        because = f"{type(unanswered).__name__} {unanswered}".rstrip()
        log.warning("event %s of %s waits: %s", event.provider_reference, event.provider, because)
        return _put_off(event, now)
    except Exception:
        log.exception("event %s of %s cannot be worked on", event.provider_reference, event.provider)
        return _put_off(event, now)
    ReceivedEvent.objects.filter(pk=event.pk, processed_at=None).update(outcome=outcome, processed_at=now, due_at=None)
    return True


def _put_off(event: ReceivedEvent, now: datetime) -> bool:
    pause = min(max(now - event.received_at, _SOONEST), _LATEST)
    ReceivedEvent.objects.filter(pk=event.pk, processed_at=None).update(due_at=now + pause)
    return False


def _intent(reference: str, provider: PaymentProvider, now: datetime, jobs: Jobs) -> _Outcome:
    intent = provider.retrieve(reference)
    charge, outcome = _charge_of(intent)
    if charge is not None:
        settle_charge(charge.pk, intent, now=now, jobs=jobs)
    return outcome


def _dispute(reference: str, provider: PaymentProvider, now: datetime, jobs: Jobs) -> _Outcome:
    dispute = provider.retrieve_dispute(reference)
    if not dispute.intent_id:
        return "unknown"
    intent = provider.retrieve(dispute.intent_id)
    charge, outcome = _charge_of(intent)
    if charge is not None:
        settle_charge(charge.pk, intent, now=now, jobs=jobs)  # it may be told of before its payment's success
        record_dispute(dispute, charge.pk, now=now)
    return outcome


def _refund(reference: str, provider: PaymentProvider, now: datetime, jobs: Jobs) -> _Outcome:
    intent = provider.retrieve(reference)
    charge, outcome = _charge_of(intent)
    if charge is not None:
        settle_charge(charge.pk, intent, now=now, jobs=jobs)
        record_refunds(provider.list_refunds(reference), charge.pk, now=now)
    return outcome


def _setup(reference: str, provider: PaymentProvider, now: datetime, jobs: Jobs) -> _Outcome:
    return "done" if complete_card_setup(reference, provider, now=now, jobs=jobs) else "unknown"


def _card(reference: str, provider: PaymentProvider, now: datetime, jobs: Jobs) -> _Outcome:
    return "done" if refresh_card(reference, provider, now=now, jobs=jobs) else "unknown"


def _other(reference: str, provider: PaymentProvider, now: datetime, jobs: Jobs) -> _Outcome:
    del reference, provider, now, jobs
    return "not listened to"


_WORK: Final[dict[str, Callable[[str, PaymentProvider, datetime, Jobs], _Outcome]]] = {
    "intent": _intent,
    "dispute": _dispute,
    "refund": _refund,
    "setup": _setup,
    "card": _card,
    "other": _other,
}


def _charge_of(intent: Intent) -> tuple[Charge | None, _Outcome]:
    """The charge whose payment it is. A payment of another installation is left alone, whatever it says."""
    if intent.metadata.get("installation") != str(Installation.objects.get().uid):
        return None, "foreign"
    try:
        uid = UUID(intent.metadata.get("charge", ""))
    except ValueError:
        return None, "unknown"
    charge = Charge.unscoped.filter(uid=uid).first()
    return charge, "unknown" if charge is None else "done"
