"""What every written-down thing has in common: a bigint key inside, a public id with a prefix outside."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from pleamar.rules.public_ids import to_public


class Row(models.Model):
    """A row that outsiders may name. `uid` is random, so that an id tells nothing of how many there are."""

    public_prefix: ClassVar[str]

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """For example `par_2x4y6z8b0c1d3f5g7h9j2k4m6n`."""
        return to_public(self.public_prefix, self.uid)


class TenantTable(models.Model):
    """Rows that belong to one partner each. There is no `objects`: reads go through `queries/scopes.py`."""

    unscoped: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "unscoped"
        base_manager_name = "unscoped"


class TenantRow(TenantTable, Row):
    """A partner's row that outsiders may name."""

    class Meta(TenantTable.Meta):
        abstract = True


def moment(**options: Any) -> models.DateTimeField[Any, Any]:
    """A column for an instant, to the microsecond."""
    return models.DateTimeField(**options)


def owner(model: str, related_name: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    """A reference that keeps what it points at from being deleted."""
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name=related_name, **options)


def loose(model: str, related_name: str = "+", **options: Any) -> models.ForeignKey[Any, Any]:
    """A reference that the database does not enforce.

    For columns that repeat what an enforced neighbour already implies (the partner of an invoice line) or that stand in
    tables of millions of rows, where each enforced reference would cost as much as writing the row. `check-books`
    holds them against their neighbours instead.
    """
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, related_name=related_name, db_constraint=False, **options
    )
