"""Bring a partner's history from another system, in shadow: priced to be compared, never invoiced or charged.

Everything or nothing, in one transaction. The steps are replayed by the rules that count live changes, and written
with COPY; the cycles that have ended by `until` get their statements at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from pleamar.actions.bill_cycles import Bills, bill_cycles, cycles_to_bill
from pleamar.actions.lock_meters import LockedMeter, lock_meter
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.record_act import record_act
from pleamar.actions.write_history import write_history
from pleamar.models import HistoryImport, Partner, SeatBatch
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from pleamar.rules.cycles import checked_creation
from pleamar.rules.history import HistoryRow
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import TrialTerms


@dataclass(frozen=True, slots=True)
class HistoryToImport:
    """A history file, read, and how it is to be understood. `until` None: it goes on to the present."""

    partner: str
    currency: str
    timezone: str
    created: datetime
    until: datetime | None
    file_name: str
    sha256: str
    rows: Sequence[HistoryRow]


@dataclass(frozen=True, slots=True)
class HistoryImported:
    """What came of it. `is_new` is False when the same file had been imported before: then nothing was changed."""

    partner_id: int
    is_new: bool
    changes: int
    bills: Bills


def import_history(history: HistoryToImport, *, cause: Cause, now: datetime) -> HistoryImported:
    """The partner with its history. It is made if there is none; one that exists must have no changes yet.

    Refuses `history_differs` (another file or other dates for a partner that has a history), `partner_has_changes`,
    `partner_differs` (currency, zone or creation), `partner_closed`, and what `open_partner` refuses. Of two imports
    for a new partner at once one makes it, and the other, which has waited for it, finds it made. Its trials end as
    ones opened at `now` would, in shadow too.
    """
    created = checked_creation(history.created, now)
    until = history.until or now
    if not created <= until <= now:
        raise Refused("until_out_of_range", until=until.isoformat(), created=created.isoformat())
    with transaction.atomic():
        partner, is_new = _found_or_opened(history, created, cause, now)
        if not is_new:
            imported = _imported_before(partner, history, created)
            if imported is not None:
                return HistoryImported(partner.pk, is_new=False, changes=imported.rows, bills=Bills())
        held = lock_meter(partner.pk)
        Partner.unscoped.filter(pk=partner.pk).update(invoiced_from=None)
        changes = write_history(partner, held, history.rows, until=until, trial=_trial_from(now), cause=cause)
        HistoryImport.unscoped.create(
            partner=partner,
            file_name=history.file_name,
            sha256=history.sha256,
            rows=len(history.rows),
            until=until,
            imported_at=now,
        )
        bills = bill_cycles(cycles_to_bill([partner.pk], now, oldest_only=False), now)
        record_act(
            "import history",
            partner.public_id,
            cause=cause,
            at=now,
            partner_id=partner.pk,
            sha256=history.sha256,
            changes=changes,
        )
        return HistoryImported(partner.pk, is_new=True, changes=changes, bills=bills)


def _trial_from(now: datetime) -> TrialTerms:
    """The terms of whatever is a trial: no history tells of any, so they are those of one that is opened now (M20)."""
    settings = current_settings()
    return TrialTerms(now, now + timedelta(days=settings.trial_days), settings.trial_member_limit)


def _found_or_opened(history: HistoryToImport, created: datetime, cause: Cause, now: datetime) -> tuple[Partner, bool]:
    """The partner of that very name, and whether it was made just now."""
    found = Partner.unscoped.filter(name=history.partner)
    partner = found.first()
    if partner is not None:
        return partner, False
    new = NewPartner(history.partner, history.currency, history.timezone, shadow=True)
    try:
        # A savepoint of its own, so that this transaction goes on if somebody else was first.
        return open_partner(new, created=created, cause=cause, now=now), True
    except Refused as refused:
        partner = found.first() if refused.code == "partner_exists" else None
        if partner is None:
            raise
        return partner, False


def _imported_before(partner: Partner, history: HistoryToImport, created: datetime) -> HistoryImport | None:
    """The earlier import of this very file; None for a partner that may still get a history."""
    held = lock_meter(partner.pk)
    partner.refresh_from_db()
    _refuse_other_terms(partner, held, history, created)
    imported = HistoryImport.unscoped.filter(partner=partner).first()
    if imported is not None:
        if imported.sha256 != history.sha256 or history.until not in (None, imported.until):
            raise Refused("history_differs", partner=partner.name, file=imported.file_name)
        return imported
    if held.ended or held.ends_with_cycle:
        raise Refused("partner_closed")
    if SeatBatch.unscoped.filter(partner=partner).exists() or partner.cycles.exists():
        raise Refused("partner_has_changes", partner=partner.name)
    return None


def _refuse_other_terms(partner: Partner, held: LockedMeter, history: HistoryToImport, created: datetime) -> None:
    """The file is read by one currency and zone from the first cycle on, so the running cycle's must be the same."""
    for name, has, says in (
        ("created", partner.created_at.isoformat(), created.isoformat()),
        ("currency", partner.currency, history.currency.strip().upper()),
        ("currency", held.currency, partner.currency),
        ("timezone", partner.timezone, history.timezone),
        ("timezone", held.timezone, partner.timezone),
    ):
        if has != says:
            raise Refused("partner_differs", partner=partner.name, what=name, has=has, says=says)
