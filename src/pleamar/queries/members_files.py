"""Lists of people that were brought as files: one of them, the last ones, and those that wait for a worker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from pleamar.models import FileImport
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class MembersFile:
    """A list of people for one customer. `outcome` is what became of it, once it is `done` or `failed`.

    `is_kept`: what it held is still there, which of a failed one means that it can be looked at again.
    """

    id: int
    public_id: str
    state: str
    name: str
    rows: int
    full_list: bool
    outcome: dict[str, Any]
    brought_by: str
    brought_at: datetime
    ended_at: datetime | None
    is_kept: bool

    @property
    def refused(self) -> Refused | None:
        """Why it failed."""
        kept = self.outcome
        return Refused(kept["refused"], **kept["facts"]) if "refused" in kept else None

    @property
    def bad(self) -> list[tuple[int, str, str]]:
        """The rows because of which it was refused: line, reason and what stood there. For a while, as all names."""
        return [(line, reason, text) for line, reason, text in self.outcome.get("bad", [])]

    @property
    def left_out(self) -> int:
        """How many of its rows made nobody active who was not: on the deny list, over the limit, skipped.

        It is told for good; who they were is forgotten after a while.
        """
        if "left_out" in self.outcome:
            return int(self.outcome["left_out"])
        return sum(len(self.outcome.get(name, [])) for name in ("denied", "over_limit", "skipped"))


def find_members_file(scope: Scope, account_id: int, public_id: str) -> MembersFile:
    """The account's file of that public id. Refuses `members_file_unknown`."""
    uid = from_public(FileImport.public_prefix, public_id)
    file = _files(scope, account_id).filter(uid=uid).first()
    if uid is None or file is None:
        raise Refused("members_file_unknown")
    return _told(file)


def members_file_content(scope: Scope, file_id: int) -> bytes:
    """What the file holds; nothing once it is over."""
    content = scope.rows(FileImport).filter(pk=file_id).values_list("content", flat=True).get()
    return bytes(content)


def last_members_files(scope: Scope, account_id: int, *, most: int = 10) -> list[MembersFile]:
    """The last files of the account that somebody said yes to, the newest first, in one query."""
    said = _files(scope, account_id).exclude(state="read").order_by("-brought_at", "-pk")
    return [_told(file) for file in said[:most]]


def filled_by_full_lists(scope: Scope, account_ids: Collection[int]) -> list[int]:
    """Those of the accounts whose last list that was brought in was all of their people, in one query."""
    files = scope.rows(FileImport).filter(account_id__in=account_ids, kind="members", state="done")
    last = files.order_by("account_id", "-brought_at", "-pk").distinct("account_id")
    return [account for account, options in last.values_list("account_id", "options") if options.get("full_list")]


def waiting_members_files(scope: Scope) -> list[int]:
    """Those that wait for a worker, the oldest first."""
    waiting = scope.rows(FileImport).filter(kind="members", state="waiting")
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def _files(scope: Scope, account_id: int) -> Any:
    found = scope.rows(FileImport).filter(account_id=account_id, kind="members").defer("content")
    return found.annotate(is_kept=ExpressionWrapper(~Q(content=b""), output_field=BooleanField()))


def _told(file: FileImport) -> MembersFile:
    return MembersFile(
        id=file.pk,
        public_id=file.public_id,
        state=file.state,
        name=file.name,
        rows=file.rows,
        full_list=bool(file.options.get("full_list")),
        outcome=file.outcome,
        brought_by=file.brought_by,
        brought_at=file.brought_at,
        ended_at=file.ended_at,
        is_kept=file.is_kept,  # type: ignore[attr-defined]
    )
