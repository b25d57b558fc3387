"""What a reader of the usage page came for: what it will cost and when, how sure that is, and what is still free.

Who sees no prices, and a partner for whom there are none, reads of users instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext

from pleamar.queries.cycle_use import CycleUse
from pleamar.queries.forecast import PeakForecast
from pleamar.rules.calculator import calculated, room
from pleamar.rules.cycles import local_date
from pleamar.rules.forecast import FEWEST_CYCLES
from pleamar.rules.money import Money
from pleamar.wording import dates
from pleamar.wording import money as amounts


@dataclass(frozen=True, slots=True)
class Headline:
    """`figure` is the large one, `unit` what stands beside it; then sentences. `room` is empty once a cycle is over."""

    figure: str
    unit: str
    lead: list[str]
    room: str
    notes: list[str]
    is_estimate: bool


class Words:
    """How numbers, amounts and the cycle's end are written: `last` is its last day, `date` the one of its bill."""

    def __init__(self, use: CycleUse) -> None:
        self._language = get_language() or "en"
        self.date = dates.long_day(local_date(use.frame.ends_at, use.frame.timezone), self._language)
        self.last = dates.long_day(dates.last_day(use.frame.ends_at, use.frame.timezone), self._language)
        self.currency = use.frame.currency

    def money(self, amount: Money) -> str:
        """An amount."""
        return amounts.money(amount, self._language)

    def unit_price(self, price: Decimal) -> str:
        """A price a user."""
        return amounts.unit_price(price, self.currency, self._language)

    def count(self, number: int) -> str:
        """A whole number."""
        return amounts.count(number, self._language)

    def users(self, number: int) -> str:
        """`531 users`."""
        return ngettext("%(count)s user", "%(count)s users", number) % {"count": self.count(number)}


def headline(use: CycleUse, told: PeakForecast | None, *, sees_prices: bool) -> Headline:
    """The headline of a cycle; `told` is the forecast of one that runs."""
    words = Words(use)
    net = use.net if sees_prices else None
    if told is None or use.frame.state != "running":
        return _over(use, net, words, sees_prices=sees_prices)
    figure, unit, lead = _so_far(use, told, net, words)
    return Headline(
        *(figure, unit, lead),
        room=_room(use, words, sees_prices=sees_prices),
        notes=_notes(use, words, sees_prices=sees_prices),
        is_estimate=told.forecast.is_known,
    )


def _so_far(use: CycleUse, told: PeakForecast, net: Money | None, words: Words) -> tuple[str, str, list[str]]:
    """The figure, its unit and what is to be said of it."""
    outlook, amount = told.forecast, told.amount
    facts = {
        "date": words.date,
        "users": words.users(use.frame.peak),
        "needed": words.count(FEWEST_CYCLES),
        "cycles": words.count(outlook.cycles),
        "net": words.money(net) if net else "",
    }
    on = gettext("on %(date)s") % facts
    unknown = gettext(
        "It is more if the peak rises. A forecast takes %(needed)s whole cycles; there are %(cycles)s so far."
    )
    if net is None or amount is None:
        if outlook.likely is None or outlook.high is None:
            return facts["users"], gettext("at the peak so far"), [unknown % facts]
        figure = gettext("About %(users)s") % {"users": words.users(outlook.likely)}
        return (
            figure,
            gettext("at the peak, by %(date)s") % {"date": words.last},
            [_range(outlook.low, outlook.high, facts, words)],
        )
    if amount.low is None or amount.likely is None or amount.high is None:
        if not use.frame.peak:
            return gettext("Nothing so far"), on, [_nobody()]
        return gettext("%(net)s so far") % facts, gettext("to be billed on %(date)s") % facts, [unknown % facts]
    if not use.frame.peak and not amount.high:
        return gettext("Nothing so far"), on, [_nobody()]
    figure = gettext("About %(amount)s") % {"amount": words.money(amount.likely)}
    if amount.low == amount.high:
        return figure, on, [gettext("That is what it comes to already; past cycles grew no more from here on.")]
    span = {"low": words.money(amount.low), "high": words.money(amount.high)}
    return figure, on, [gettext("Probably between %(low)s and %(high)s, before tax.") % span]


def _range(low: int, high: int, facts: dict[str, str], words: Words) -> str:
    if low == high:
        return gettext("The peak is there already; past cycles grew no more from here on.")
    told = {"low": words.count(low), "high": words.users(high), **facts}
    return gettext("Probably between %(low)s and %(high)s. The peak so far is %(users)s.") % told


def _nobody() -> str:
    return gettext(
        "Nobody has been billed in this cycle yet. A cycle with a peak of 0 costs nothing and has no invoice."
    )


def _over(use: CycleUse, net: Money | None, words: Words, *, sees_prices: bool) -> Headline:
    """A cycle that is over: what was reached, and what became of it."""
    frame = use.frame
    lead = []
    if net is not None:
        figure, unit = (
            words.money(net),
            gettext("before tax, for %(users)s at the peak") % {"users": words.users(frame.peak)},
        )
    else:
        figure, unit = words.users(frame.peak), gettext("at the peak")
    if not frame.peak:
        lead.append(gettext("Nobody was billed in this cycle, so it cost nothing and has no invoice."))
    elif frame.state == "ended" and sees_prices:
        lead.append(gettext("The cycle is over; its invoice is being written."))
    if frame.last:
        lead.append(gettext("It was the last one: no other follows."))
    return Headline(figure, unit, lead, "", _notes(use, words, sees_prices=sees_prices), is_estimate=False)


def _room(use: CycleUse, words: Words, *, sees_prices: bool) -> str:
    """How many more users cost nothing more in this cycle (rule M17)."""
    frame = use.frame
    knows = sees_prices and use.version is not None
    free = room(use.version, frame.closing, frame.peak) if knows and use.version else frame.peak - frame.closing
    facts = {"date": words.last, "count": "" if free is None else words.count(free), "peak": words.count(frame.peak)}
    if free is None:
        return gettext("Room for any number of users at no extra cost until %(date)s.") % facts
    if free == 0:
        return _full(use, facts, knows=knows)
    if knows:
        sentence = ngettext(
            "Room for %(count)s more user at no extra cost until %(date)s; those still active then count in the next"
            " cycle.",
            "Room for %(count)s more users at no extra cost until %(date)s; those still active then count in the next"
            " cycle.",
            free,
        )
    else:
        sentence = ngettext(
            "Room for %(count)s more user below the peak until %(date)s; those still active then count in the next"
            " cycle.",
            "Room for %(count)s more users below the peak until %(date)s; those still active then count in the next"
            " cycle.",
            free,
        )
    return sentence % facts


def _full(use: CycleUse, facts: dict[str, str], *, knows: bool) -> str:
    if not use.frame.peak:
        return gettext("The first user who is active at a billed customer counts for the whole cycle.")
    if knows:
        return gettext("Active now and peak are both %(peak)s: the next user makes this cycle dearer.") % facts
    return gettext("Active now and peak are both %(peak)s: the next user raises the peak.") % facts


def _notes(use: CycleUse, words: Words, *, sees_prices: bool) -> list[str]:
    notes = []
    if use.frame.shadow and sees_prices:
        notes.append(gettext("This cycle is not invoiced: it is only priced, so that you can compare."))
    if use.net is None and sees_prices:
        told = {"currency": words.currency}
        notes.append(gettext("No prices in %(currency)s apply to it yet, so no amount can be told.") % told)
    if sees_prices and use.version is not None and use.frame.peak and use.frame.state == "running":
        cheaper = calculated(use.version, use.frame.peak).cheaper
        if cheaper:
            facts = {"users": words.users(cheaper.seats), "amount": words.money(cheaper.total)}
            notes.append(gettext("A peak of %(users)s would cost less: %(amount)s.") % facts)
    return notes
