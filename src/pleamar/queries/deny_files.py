"""What was brought to be put on a deny list, and waits for a yes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from pleamar.models import FileImport
from pleamar.queries.scopes import Scope
from pleamar.rules.deny_list import Denied
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class DenyFile:
    """The entries that are to be added to an account's list, or to replace it; `reason` is for those without one."""

    id: int
    public_id: str
    how: Literal["add", "replace"]
    reason: str
    entries: list[Denied]


def find_deny_file(scope: Scope, account_id: int, public_id: str) -> DenyFile:
    """The account's of that public id. Refuses `deny_file_unknown`, and `deny_file_done` once the list is changed."""
    uid = from_public(FileImport.public_prefix, public_id)
    if uid is None:
        raise Refused("deny_file_unknown")
    file = scope.rows(FileImport).filter(account_id=account_id, kind="deny_list", uid=uid).first()
    if file is None:
        raise Refused("deny_file_unknown")
    if file.state != "read":
        raise Refused("deny_file_done")
    return DenyFile(
        id=file.pk,
        public_id=file.public_id,
        how="replace" if file.options["how"] == "replace" else "add",
        reason=file.options["reason"],
        entries=[Denied(pattern, reason) for pattern, reason in json.loads(bytes(file.content))],
    )
