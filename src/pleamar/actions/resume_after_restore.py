"""Go on collecting with a database that was restored, copied or failed over: first learn what it may have forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min

from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.record_act import record_act
from pleamar.actions.recover_charge import recover_charge
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import Charge, Installation
from pleamar.ports.payments import Intent, PaymentGateway
from pleamar.rules.causes import Cause
from pleamar.rules.charging import SETTLED

_CLOCKS_DIFFER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ResumeReport:
    """What the provider had: `settled` payments of charges that are known here, `recovered` that had succeeded and were
    forgotten here, `canceled` that were forgotten and had not, `foreign` of other installations. `unclear` ones (being
    processed, or of nobody who is known here) keep the collection paused until a person or time has cleared them.
    """

    settled: int = 0
    recovered: int = 0
    canceled: int = 0
    foreign: int = 0
    unclear: tuple[str, ...] = ()


def resume_after_restore(
    gateway: PaymentGateway, *, fingerprint: UUID, place: str, cause: Cause, now: datetime
) -> ResumeReport:
    """List every payment at the provider since the newest charge here (or the oldest unsettled one) and settle it.

    One of a charge that is forgotten here is booked if it had succeeded: it pays the invoices that it names, as far as
    they are here and owe anything, the rest is the partner's credit (rule M16); if not, it is cancelled. When nothing
    is unclear, collection goes on, and this database is the installation's from now on, known by `fingerprint` and
    `place`.
    """
    refuse_open_transaction()
    installation = Installation.objects.get()
    done: dict[str, int] = {"settled": 0, "recovered": 0, "canceled": 0, "foreign": 0}
    unclear = []
    for intent in _oldest_first(gateway.list_intents(None, since=_since(installation))):
        if intent.metadata.get("installation") != str(installation.uid):
            done["foreign"] += 1
            continue
        outcome = _settle(intent, gateway, now)
        if outcome == "unclear":
            unclear.append(intent.id)
        else:
            done[outcome] += 1
    report = ResumeReport(**done, unclear=tuple(unclear))
    with transaction.atomic():
        if not unclear:
            Installation.objects.update(
                fingerprint=fingerprint, place=place, collection_paused_at=None, collection_paused_because=""
            )
        act = "resume collection" if not unclear else "try to resume collection"
        record_act(act, str(installation.uid), cause=cause, at=now, **done, unclear=len(unclear))
    return report


def _since(installation: Installation) -> datetime:
    newest: datetime | None = Charge.unscoped.aggregate(at=Max("planned_at"))["at"]
    unsettled: datetime | None = Charge.unscoped.exclude(state__in=SETTLED).aggregate(at=Min("planned_at"))["at"]
    known = [moment for moment in (newest, unsettled) if moment is not None]
    return min(known, default=installation.created_at) - _CLOCKS_DIFFER


def _oldest_first(newest_first: Iterable[Intent]) -> list[Intent]:
    return list(reversed(list(newest_first)))


def _settle(intent: Intent, gateway: PaymentGateway, now: datetime) -> str:
    charge = _known(intent)
    if charge is not None:
        _take_up(charge, intent, now)
        settle_charge(charge.pk, intent, now=now)
        return "settled"
    if intent.status == "succeeded":
        return "recovered" if recover_charge(intent, provider=gateway.provider, now=now) else "unclear"
    if intent.status != "canceled":
        stands = gateway.cancel(intent.id, key=f"{intent.id}:forgotten")
        if stands.status == "succeeded":
            return _settle(stands, gateway, now)
        if stands.status != "canceled":
            return "unclear"
    return "canceled"


def _known(intent: Intent) -> Charge | None:
    by_id = Charge.unscoped.filter(provider_id=intent.id).first()
    if by_id is not None:
        return by_id
    try:
        return Charge.unscoped.filter(uid=UUID(intent.metadata.get("charge", ""))).first()
    except ValueError:
        return None


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
