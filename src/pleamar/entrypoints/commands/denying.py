"""A change of a deny list at the console: told first, and done on a word where it takes something away."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from functools import partial

from pleamar.actions.change_deny_list import DenyListChange, How, change_deny_list
from pleamar.entrypoints.commands.command import by_console
from pleamar.entrypoints.commands.confirming import confirmed
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import named_account
from pleamar.queries.account_effects import members_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.deny_list import Denied
from pleamar.wiring.clock import clock

_NAMED = 20  # as many as anybody reads
# What other programs' patterns are made of; ours may hold it, for addresses may.
_LIKE_A_PATTERN = re.compile(r"[?+\[\](){}|^$\\]")


def change_list(arguments: Namespace, how: How, entries: Iterable[Denied], *, reference: str = "") -> int:
    """Do it, but not without `--yes` where somebody becomes inactive or a whole list loses entries."""
    account, now = named_account(arguments), clock()
    cause = by_console(f"deny {how}", reference=reference, reason=arguments.reason)
    change = partial(change_deny_list, account.partner_id, account.id, how, list(entries), cause=cause, clock=now)
    would = change(preview=True)
    if would.deactivated or (how == "replace" and would.removed):
        moved = {account.id: -would.change.deactivated}
        money = members_effects(EVERYTHING, account.partner_id, moved, now=now())
        confirmed(arguments, [*_lines(would, done=False), *effect_lines(arguments.partner, money)])
        change()
        sys.stdout.write("Done.\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(change(), done=True))
    return 0


def _lines(change: DenyListChange, *, done: bool) -> Iterator[str]:
    will = "" if done else "would be "
    yield from _some(f"{will}on the list", change.added)
    yield from _some(f"{will}off the list", change.removed)
    yield from _some("as before", change.unchanged)
    yield from _some(f"{will}inactive at once", change.deactivated)
    if not (change.added or change.removed or change.unchanged):
        yield "Nothing changes: the list has no entries, as before."
    yield from _some(
        "only * is special, the rest is taken as it is", tuple(filter(_LIKE_A_PATTERN.search, change.added))
    )


def _some(what: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names[:_NAMED]:
        yield f"{what}: {name}"
    if len(names) > _NAMED:
        yield f"{what}: and {len(names) - _NAMED:,} more"
