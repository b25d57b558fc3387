"""Bring in the people of a file that waits for it, as one batch and once, however often this is run (rule M6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, cast

from django.db import transaction

from pleamar.actions.import_members import import_members
from pleamar.actions.lock_meters import lock_meter
from pleamar.models import FileImport
from pleamar.ports.clock import Clock
from pleamar.ports.people import PeopleFile
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused

Reader: TypeAlias = Callable[[bytes, str], PeopleFile]


def import_members_file(file_id: int, read: Reader, *, clock: Clock) -> FileImport | None:
    """The file, done, or failed with the reason kept; None if it does not wait, or does not any more.

    What it held is not kept any longer: counts, and whom it left inactive and why, are its `outcome`. Where it does
    something else by now than was shown before the yes, it fails and keeps what it held, to be looked at again.
    """
    waiting = FileImport.unscoped.filter(pk=file_id, kind="members", state="waiting")
    file = waiting.first()
    if file is None:
        return None
    try:
        with transaction.atomic():
            lock_meter(file.partner_id)
            if not waiting.exists():  # another worker had it
                return None
            _end(file, "done", _imported(file, read, clock), clock())
    except Refused as refused:
        with transaction.atomic():
            lock_meter(file.partner_id)
            if not waiting.exists():
                return None
            _end(file, "failed", {"refused": refused.code, "facts": refused.facts}, clock())
    return file


def _imported(file: FileImport, read: Reader, clock: Clock) -> dict[str, Any]:
    people = read(bytes(file.content), file.name)
    done = import_members(
        *(file.partner_id, cast("int", file.account_id), people.people),
        cause=Cause(file.options.get("confirmed_by", file.brought_by), "import-members", reference=file.name),
        clock=clock,
        full_list=file.options.get("full_list", False),
        confirmed_removals=file.options.get("removals"),
        shown=file.options.get("shown"),
    )
    change = done.change
    left_out = len(change.denied) + len(change.over_limit)
    return {
        "activated": change.activated,
        "deactivated": change.deactivated,
        "unchanged": len(people.people) - change.activated - left_out,
        "kept_out": len(change.kept_out),
        "denied": [email for _, email in change.denied],
        "over_limit": [email for _, email in change.over_limit],
        "skipped": [[row.line, row.reason, row.text] for row in people.skipped],
    }


def _end(file: FileImport, state: str, outcome: dict[str, Any], now: datetime) -> None:
    if outcome.get("refused") != "changed_since_shown":
        file.content = b""
    file.state, file.outcome, file.ended_at = state, outcome, now
    file.save(update_fields=["state", "content", "outcome", "ended_at"])
