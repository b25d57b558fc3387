"""What a file of users would do, as its page shows it: for a minute the same, for a large file takes long to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language

from pleamar.actions.import_members import import_members
from pleamar.entrypoints.portal.users.left_out import left_out
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_effects import MoneyEffects, members_effects
from pleamar.queries.active_elsewhere import active_elsewhere
from pleamar.queries.customers import CustomerRow
from pleamar.queries.members_files import MembersFile, members_file_content
from pleamar.queries.members_preview import known_members
from pleamar.rules.directories import is_suspicious
from pleamar.wiring.brought_files import people_in
from pleamar.wiring.clock import clock
from pleamar.wording.skipped_rows import skipped_row

SHOWN: Final = 20
_GOOD_FOR_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class FilePreview:
    """`new` and `again` are those who become active: unknown before, or inactive. `absent` become inactive.

    `shown` is the same as long as what it does is the same: to whom, and to the bill.
    `elsewhere`: so many of the list are billed at other customers, too. `left_out` are sentences; of the rows that were
    skipped the first are told, with line, text and reason.
    """

    new: int
    again: int
    unchanged: int
    absent: int
    denied: int
    over_limit: int
    skipped: int
    elsewhere: int
    first_skipped: tuple[tuple[int, str, str], ...]
    left_out: tuple[str, ...]
    money: MoneyEffects
    suspicious: bool
    shown: str


def file_preview(viewer: Viewer, whose: CustomerRow, file: MembersFile, *, anew: bool) -> FilePreview:
    """What it would do; `anew`: now, and not as it was up to a minute ago."""
    key = _key(file, get_language())
    kept: FilePreview | None = None if anew else cache.get(key)
    if kept is None:
        kept = _read(viewer, whose, file)
        cache.set(key, kept, _GOOD_FOR_SECONDS)
    return kept


def forget_preview(file: MembersFile) -> None:
    """So that whoever looks next sees it as it is then, in whichever language."""
    cache.delete_many([_key(file, code) for code, _ in settings.LANGUAGES])


def _key(file: MembersFile, language: str | None) -> str:
    return f"members-file:{file.public_id}:{language}"


def _read(viewer: Viewer, whose: CustomerRow, file: MembersFile) -> FilePreview:
    people = people_in(members_file_content(viewer.scope, file.id), file.name)
    would = import_members(
        *(viewer.partner_id, whose.id, people.people),
        cause=viewer.cause("import-members", reference=file.name),
        clock=clock(),
        full_list=file.full_list,
        preview=True,
    )
    change = would.change
    out = {email for _, email in (*change.denied, *change.over_limit)}
    emails = [person.email for person in people.people if person.email not in out]
    active, inactive = known_members(viewer.scope, whose.id, emails)
    moves = {whose.id: change.activated - change.deactivated}
    return FilePreview(
        new=len(emails) - active - inactive,
        again=inactive,
        unchanged=active,
        absent=would.absent,
        denied=len(change.denied),
        over_limit=len(change.over_limit),
        skipped=len(people.skipped),
        elsewhere=_elsewhere(viewer, whose, emails),
        first_skipped=tuple((row.line, row.text, skipped_row(row.reason)) for row in people.skipped[:SHOWN]),
        left_out=tuple(left_out(change, {whose.id: whose.name})),
        money=members_effects(viewer.scope, viewer.partner_id, moves, now=viewer.now),
        suspicious=is_suspicious(would.absent, whose.active_members),
        shown=would.shown,
    )


def _elsewhere(viewer: Viewer, whose: CustomerRow, emails: list[str]) -> int:
    """Nobody where the customer is not billed, for then nobody is billed twice."""
    if whose.state != "live" or whose.internal:
        return 0
    return active_elsewhere(viewer.scope, viewer.partner_id, whose.id, emails)
