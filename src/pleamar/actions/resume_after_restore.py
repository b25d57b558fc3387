"""Go on collecting with a database that was restored, copied or failed over: first learn what it may have forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, cast, get_args
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Coalesce

from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.record_act import record_act
from pleamar.actions.recover_charge import recover_charge, whose_payment
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import Charge, Installation
from pleamar.ports.payments import Intent, PaymentGateway
from pleamar.rules.causes import Cause
from pleamar.rules.charging import SETTLED
from pleamar.rules.money import Money

_CLOCKS_DIFFER: Final = timedelta(days=1)

Unclear: TypeAlias = Literal["under_way", "nobody", "no_card", "contradiction"]


@dataclass(frozen=True, slots=True)
class ResumeReport:
    """What the provider had: `settled` payments of charges that are known here, `recovered` that had succeeded and were
    forgotten here, `canceled` that were forgotten and had not, `foreign` of other installations.

    `unclear` ones, by their ids, keep the collection paused until time or a person has cleared them, unless they are
    `left_aside`: `under_way` at the provider and forgotten here, of `nobody` who is known here, of a partner that has
    `no_card` here, or in `contradiction` to what is known of their charge.
    """

    settled: int = 0
    recovered: int = 0
    canceled: int = 0
    foreign: int = 0
    unclear: Mapping[str, Unclear] = field(default_factory=dict)
    left_aside: tuple[str, ...] = ()


def resume_after_restore(
    gateway: PaymentGateway,
    *,
    fingerprint: UUID,
    place: str,
    cause: Cause,
    now: datetime,
    leave_aside: Collection[str] = (),
) -> ResumeReport:
    """List every payment at the provider that this database may have forgotten or not settled, and settle it.

    Collection is paused by this if it was not. One whose charge is forgotten here, or was dropped here as never sent,
    is booked if it had succeeded: it pays the invoices that it names, as far as they are here and owe anything, the
    rest is the partner's credit (rule M16); if not, it is cancelled. When nothing is unclear but what a person has
    looked at (`leave_aside`, ids of payments), collection goes on, and this database is the installation's from now on,
    known by `fingerprint` and `place`.
    """
    refuse_open_transaction()
    pause_collection("asked", cause=cause, now=now)
    installation = Installation.objects.get()
    done = {"settled": 0, "recovered": 0, "canceled": 0, "foreign": 0}
    unclear: dict[str, Unclear] = {}
    for intent in _in_order(gateway.list_intents(None, since=_since(installation))):
        if intent.metadata.get("installation") != str(installation.uid):
            done["foreign"] += 1
            continue
        outcome = _settle(intent, gateway, now)
        if outcome in get_args(Unclear):
            unclear[intent.id] = cast("Unclear", outcome)
        else:
            done[outcome] += 1
    left_aside = tuple(number for number in unclear if number in leave_aside)
    unclear = {number: why for number, why in unclear.items() if number not in left_aside}
    with transaction.atomic():
        if not unclear:
            Installation.objects.update(
                fingerprint=fingerprint,
                place=place,
                collection_paused_at=None,
                collection_paused_because="",
                unsure_since=None,
            )
        act = "resume collection" if not unclear else "try to resume collection"
        left = list(left_aside)
        record_act(act, str(installation.uid), cause=cause, at=now, **done, unclear=unclear, left_aside=left)
    return ResumeReport(**done, unclear=unclear, left_aside=left_aside)


def _since(installation: Installation) -> datetime:
    """Since when payments are of interest: written down, so that the next try looks at least as far back.

    What is planned and was never sent tells nothing: it may have been planned long after what was forgotten.
    """
    sent = Charge.unscoped.exclude(state__in=[*SETTLED, "planned"])
    oldest: datetime | None = sent.aggregate(at=Min(Coalesce("create_sent_at", "planned_at")))["at"]
    unsure = installation.unsure_since or installation.created_at
    since: datetime = unsure if oldest is None else min(unsure, oldest)
    Installation.objects.update(unsure_since=since)
    return since - _CLOCKS_DIFFER


def _in_order(newest_first: Iterable[Intent]) -> list[Intent]:
    """Oldest first; those that took money before all others, so that a charge takes up the one that paid it."""
    oldest_first = list(newest_first)[::-1]
    return sorted(oldest_first, key=lambda intent: intent.status != "succeeded")


def _settle(intent: Intent, gateway: PaymentGateway, now: datetime) -> str:
    """The field of the report that it is counted in, or why it is unclear."""
    charge = _own_charge(intent)
    if charge is not None:
        _take_up(charge, intent, now)
        settled = settle_charge(charge.pk, intent, now=now)
        is_odd = settled.provider_id != intent.id or (intent.status == "succeeded" and settled.state != "succeeded")
        return "contradiction" if is_odd else "settled"
    if intent.status == "succeeded":
        if recover_charge(intent, provider=gateway.provider, now=now) is not None:
            return "recovered"
        return "nobody" if whose_payment(intent, provider=gateway.provider) is None else "no_card"
    if intent.status != "canceled":
        stands = gateway.cancel(intent.id, key=f"{intent.id}:forgotten")
        if stands.status == "succeeded":
            return _settle(stands, gateway, now)
        if stands.status != "canceled":
            return "under_way"
    return "canceled"


def _own_charge(intent: Intent) -> Charge | None:
    """The charge whose payment it is, or whose payment it becomes; none for one that was settled without it, or has
    another by now.
    """
    by_id = Charge.unscoped.filter(provider_id=intent.id).first()
    if by_id is not None:
        return by_id
    try:
        named = UUID(intent.metadata.get("charge", ""))
    except ValueError:
        return None
    waiting = Charge.unscoped.filter(uid=named, provider_id=None, state__in=("planned", "creating")).first()
    if waiting is None or Money(waiting.amount, waiting.currency) != intent.amount:
        return None
    return waiting


def _take_up(charge: Charge, intent: Intent, now: datetime) -> None:
    """A charge whose payment was made after the database was copied: it is this one, and not to be made again."""
    with transaction.atomic():
        locked = lock_charge(charge.pk)
        if locked.provider_id is not None or locked.state not in ("planned", "creating"):
            return
        mine = Charge.unscoped.filter(pk=locked.pk)
        if locked.state == "planned":
            mine.update(state="creating", create_attempt=max(locked.create_attempt, 1), create_sent_at=now)
        mine.update(state="ready", provider_id=intent.id, due_at=now)
