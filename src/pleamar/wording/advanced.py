"""What happened while a sandbox's clock was moved, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from babel.lists import format_list
from django.utils.translation import gettext, ngettext

from pleamar.wording.dates import instant
from pleamar.wording.locales import full_locale
from pleamar.wording.money import count


class _Dated(Protocol):
    @property
    def activated(self) -> int: ...
    @property
    def expired(self) -> int: ...
    @property
    def suspended(self) -> int: ...


class _Done(Protocol):
    @property
    def cycles(self) -> int: ...
    @property
    def invoices(self) -> int: ...
    @property
    def succeeded(self) -> int: ...
    @property
    def declined(self) -> int: ...
    @property
    def mails(self) -> int: ...
    @property
    def dated(self) -> _Dated: ...


@dataclass(frozen=True, slots=True)
class Passed:
    """How many there were of each, over all steps."""

    cycles: int = 0
    invoices: int = 0
    succeeded: int = 0
    declined: int = 0
    activated: int = 0
    expired: int = 0
    suspended: int = 0
    mails: int = 0

    @classmethod
    def of(cls, steps: Iterable[_Done]) -> Passed:
        """The sums."""
        done = list(steps)
        return cls(
            cycles=sum(one.cycles for one in done),
            invoices=sum(one.invoices for one in done),
            succeeded=sum(one.succeeded for one in done),
            declined=sum(one.declined for one in done),
            activated=sum(one.dated.activated for one in done),
            expired=sum(one.dated.expired for one in done),
            suspended=sum(one.dated.suspended for one in done),
            mails=sum(one.mails for one in done),
        )


def told_passed(passed: Passed, until: datetime, timezone: str, language: str) -> str:
    """`It is now 8 Dec 2026, 00:00 (Europe/Madrid). In the whole sandbox: 3 cycles closed and 3 invoices issued.`"""
    told = gettext("It is now %(moment)s.") % {"moment": instant(until, timezone, language)}
    each = list(_each(passed, language))
    if not each:
        nothing = gettext("Nothing was due on the way.")
        return f"{told} {nothing}"
    facts = {"happened": format_list(each, locale=full_locale(language))}
    happened = gettext("On the way, in the whole sandbox: %(happened)s.") % facts
    return f"{told} {happened}"


def _each(passed: Passed, language: str) -> Iterator[str]:
    texts = (
        (passed.cycles, ngettext("%(count)s cycle closed", "%(count)s cycles closed", passed.cycles)),
        (passed.invoices, ngettext("%(count)s invoice issued", "%(count)s invoices issued", passed.invoices)),
        (passed.succeeded, ngettext("%(count)s charge paid", "%(count)s charges paid", passed.succeeded)),
        (passed.declined, ngettext("%(count)s charge declined", "%(count)s charges declined", passed.declined)),
        (passed.activated, ngettext("%(count)s trial activated", "%(count)s trials activated", passed.activated)),
        (passed.expired, ngettext("%(count)s trial ended", "%(count)s trials ended", passed.expired)),
        (passed.suspended, ngettext("%(count)s partner suspended", "%(count)s partners suspended", passed.suspended)),
        (passed.mails, ngettext("%(count)s mail written", "%(count)s mails written", passed.mails)),
    )
    return (text % {"count": count(number, language)} for number, text in texts if number)
