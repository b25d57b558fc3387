"""Who may read what: the only tenant filter. Every query takes a `Scope` first and reads through here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db import models
from django.db.models import QuerySet

from pleamar.models.partners import Partner
from pleamar.models.rows import TenantTable

T = TypeVar("T", bound=TenantTable)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may see: one partner's rows, or (`partner_id` None) everything, for staff and the console."""

    partner_id: int | None

    def rows(self, model: type[T]) -> QuerySet[T]:
        """The rows of `model` in this scope. A row of another partner is as if it did not exist."""
        everything = model.unscoped.all()
        if self.partner_id is None:
            return everything
        return everything.filter(models.Q(**{_owner_column(model): self.partner_id}))

    def with_shared(self, model: type[T]) -> QuerySet[T]:
        """The rows in this scope and those that belong to no partner, such as the list prices."""
        everything = model.unscoped.all()
        if self.partner_id is None:
            return everything
        return everything.filter(models.Q(partner_id=self.partner_id) | models.Q(partner_id__isnull=True))

    def sql(self, column: str) -> str:
        """A condition for raw SQL, to stand in the WHERE of every table read: `column`, a partner's id, is in scope.

        `column` is a name in this code, never what somebody sent; the id is a number, so it may stand in the text.
        """
        return "TRUE" if self.partner_id is None else f"{column} = {int(self.partner_id)}"

    @property
    def is_everything(self) -> bool:
        """Whether it is the whole installation: what no single partner's rows can tell may be asked of it."""
        return self.partner_id is None


EVERYTHING = Scope(partner_id=None)


def _owner_column(model: type[TenantTable]) -> str:
    return "pk" if model is Partner else "partner_id"
