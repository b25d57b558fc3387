"""What some more users would cost: the price, the tier and the date (rule M24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, ngettext

from pleamar.entrypoints.portal.usage.headline import Words
from pleamar.queries.cycle_use import CycleUse
from pleamar.rules.calculator import calculated
from pleamar.rules.prices import price
from pleamar.wording.typed_numbers import whole_number

MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What was typed, and the answer to it or what is wrong with it. `costs`: the answer is an amount to be paid."""

    typed: str
    error: str = ""
    answer: str = ""
    more: str = ""
    costs: bool = False


def what_if(use: CycleUse, typed: str | None) -> WhatIf | None:
    """The answer for so many more users from now on; None where no cycle runs or no price applies."""
    if use.version is None or use.net is None or use.frame.state != "running":
        return None
    text = (typed or "").strip()[:20]
    shown = "".join(letter for letter in text if letter.isprintable())
    if not text:
        return WhatIf("")
    added = whole_number(text)
    if added is None or not 1 <= added <= MOST:
        most = Words(use).count(MOST)
        return WhatIf(shown, error=gettext("Enter a whole number from 1 to %(most)s.") % {"most": most})
    return _answer(use, added, shown)


def _answer(use: CycleUse, added: int, shown: str) -> WhatIf:
    version, net, words, frame = use.version, use.net, Words(use), use.frame
    if version is None or net is None:  # for the type checker; the caller has looked
        return WhatIf(shown)
    seats = frame.closing + added
    peak = max(frame.peak, seats)
    told = calculated(version, peak)
    total = told.priced.total
    unit = told.priced.unit_price
    facts = {
        "date": words.date,
        "users": words.users(peak),
        "total": words.money(total),
        "more": words.money(total - net),
        "less": words.money(net - total),
        "tier": words.count(told.tier.minimum),
        "price": words.unit_price(unit) if unit is not None else "",
        "next": words.money(price(version, seats).total),
    }
    if total == net:
        answer = ngettext("It costs nothing more in this cycle.", "They cost nothing more in this cycle.", added)
    elif total < net:
        answer = gettext("%(total)s on %(date)s: %(less)s less than so far.") % facts
    else:
        answer = gettext("%(total)s on %(date)s: %(more)s more than so far.") % facts
    details = gettext("Peak %(users)s.") % facts
    if unit is not None:
        details = gettext("Peak %(users)s, in the tier from %(tier)s: %(price)s each.") % facts
    following = gettext("If all stay, the next cycle starts at %(next)s.") % facts
    more = [details, following]
    if told.cheaper:
        cheaper = {"users": words.users(told.cheaper.seats), "total": words.money(told.cheaper.total)}
        more.insert(0, gettext("A peak of %(users)s would cost less: %(total)s.") % cheaper)
    return WhatIf(shown, answer=answer, more=" ".join(more), costs=net < total)
