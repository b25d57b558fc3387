"""The sandbox provider's memory, in tables of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from pleamar.adapters.payments.sandbox.contents import kept_content, read_kept
from pleamar.models import SandboxCard, SandboxFault, SandboxIntent, SandboxRecord
from pleamar.ports.stores import KeptCard, KeptIntent, KeptRecord


class TableStore:
    """`SandboxStore` in tables. Its rows are locked while they are compared and written."""

    def card(self, reference: str) -> KeptCard | None:
        """See `SandboxStore`."""
        row = SandboxCard.objects.filter(pk=reference).first()
        if row is None:
            return None
        return KeptCard(row.reference, row.customer, row.behaviour, row.declines, row.forgotten)

    def add_card(self, reference: str, customer: str, behaviour: str) -> None:
        """See `SandboxStore`."""
        SandboxCard.objects.update_or_create(
            reference=reference, defaults={"customer": customer, "behaviour": behaviour, "forgotten": False}
        )

    def forget_card(self, reference: str, *, along: Sequence[KeptRecord] = ()) -> bool:
        """See `SandboxStore`."""
        with transaction.atomic():
            forgotten = SandboxCard.objects.filter(pk=reference, forgotten=False).update(forgotten=True) > 0
            if forgotten:
                _write(along)
            return forgotten

    def find(self, intent_id: str) -> KeptIntent | None:
        """See `SandboxStore`."""
        row = SandboxIntent.objects.filter(pk=intent_id).first()
        return None if row is None else _kept(row)

    def add(self, kept: KeptIntent) -> KeptIntent:
        """See `SandboxStore`."""
        row, _ = SandboxIntent.objects.get_or_create(
            id=kept.intent.id,
            defaults={"customer": kept.intent.customer, "content": kept_content(kept), "created_at": kept.created_at},
        )
        return _kept(row)

    def replace(
        self, before: KeptIntent, after: KeptIntent, *, along: Sequence[KeptRecord] = (), declined: bool = False
    ) -> bool:
        """See `SandboxStore`."""
        try:
            with transaction.atomic():
                row = SandboxIntent.objects.select_for_update().get(pk=after.intent.id)
                if _kept(row) != before:
                    return False
                row.content = kept_content(after)
                row.save(update_fields=["content"])
                if declined:
                    SandboxCard.objects.filter(pk=after.card).update(declines=F("declines") + 1)
                _write(along)
                return True
        except IntegrityError:  # a record that there can be only one of is there already
            return False

    def of_customer(self, customer: str | None, since: datetime) -> Iterable[KeptIntent]:
        """See `SandboxStore`."""
        rows = SandboxIntent.objects.filter(created_at__gte=since)
        if customer is not None:
            rows = rows.filter(customer=customer)
        return [_kept(row) for row in rows.order_by("-created_at", "id")]

    def record(self, kind: str, reference: str) -> KeptRecord | None:
        """See `SandboxStore`."""
        row = SandboxRecord.objects.filter(kind=kind, reference=reference).first()
        return None if row is None else _record(row)

    def records(self, kind: str, *, parent: str | None = None, since: datetime | None = None) -> Iterable[KeptRecord]:
        """See `SandboxStore`."""
        rows = SandboxRecord.objects.filter(kind=kind)
        if parent is not None:
            rows = rows.filter(parent=parent)
        if since is not None:
            rows = rows.filter(created_at__gte=since)
        return [_record(row) for row in rows.order_by("created_at", "number")]

    def add_record(self, kept: KeptRecord, *, along: Sequence[KeptRecord] = ()) -> KeptRecord:
        """See `SandboxStore`."""
        with transaction.atomic():
            row, made = SandboxRecord.objects.get_or_create(
                kind=kept.kind,
                reference=kept.reference,
                defaults={"parent": kept.parent, "content": dict(kept.content), "created_at": kept.created_at},
            )
            if made:
                _write(along)
            return _record(row)

    def replace_record(self, before: KeptRecord, after: KeptRecord, *, along: Sequence[KeptRecord] = ()) -> bool:
        """See `SandboxStore`."""
        with transaction.atomic():
            row = SandboxRecord.objects.select_for_update().get(kind=after.kind, reference=after.reference)
            if _record(row) != before:
                return False
            row.content = dict(after.content)
            row.save(update_fields=["content"])
            _write(along)
            return True

    def set_fault(self, call: str, kind: str, times: int) -> None:
        """See `SandboxStore`."""
        SandboxFault.objects.update_or_create(call=call, defaults={"kind": kind, "left": times})

    def take_fault(self, call: str) -> str | None:
        """See `SandboxStore`."""
        with transaction.atomic():
            row = SandboxFault.objects.select_for_update().filter(pk=call, left__gt=0).first()
            if row is None:
                return None
            row.left -= 1
            row.save(update_fields=["left"])
            return row.kind


def _write(along: Sequence[KeptRecord]) -> None:
    SandboxRecord.objects.bulk_create(
        SandboxRecord(
            kind=kept.kind,
            reference=kept.reference,
            parent=kept.parent,
            content=dict(kept.content),
            created_at=kept.created_at,
        )
        for kept in along
    )


def _kept(row: SandboxIntent) -> KeptIntent:
    # Those that an earlier version wrote have neither in their content.
    return read_kept({"id": row.id, "customer": row.customer, **row.content}, row.created_at)


def _record(row: SandboxRecord) -> KeptRecord:
    return KeptRecord(row.kind, row.reference, row.parent, row.content, row.created_at)
