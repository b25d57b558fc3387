"""Files of customers that were brought to be opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import FileImport
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class AccountsFile:
    """A file, with its contents while nothing was done by it. `opened` are the customers that it has opened."""

    id: int
    public_id: str
    name: str
    content: bytes
    brought_by: str
    brought_at: datetime
    done: bool
    opened: int


def find_accounts_file(scope: Scope, partner_id: int, public_id: str) -> AccountsFile:
    """The partner's file of that public id. Refuses `accounts_file_unknown` for any other."""
    uid = from_public(FileImport.public_prefix, public_id)
    rows = scope.rows(FileImport).filter(partner_id=partner_id, kind="accounts")
    file = rows.filter(uid=uid).first() if uid else None
    if file is None:
        raise Refused("accounts_file_unknown")
    return AccountsFile(
        id=file.pk,
        public_id=file.public_id,
        name=file.name,
        content=bytes(file.content),
        brought_by=file.brought_by,
        brought_at=file.brought_at,
        done=file.state != "read",
        opened=int(file.outcome.get("opened", 0)),
    )
