"""An invoice in words: its facts, in the reader's language, as they are drawn on paper."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from django.utils.translation import gettext, override

from pleamar.ports.documents import Column, InvoicePaper, Labelled, Party, Section, Sum, Table
from pleamar.queries.invoice_facts import InvoiceFacts, LineFacts, PartyFacts
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.wording.dates import day, instant, period
from pleamar.wording.locales import full_locale
from pleamar.wording.money import count, money, percent, unit_price

# An address of more lines than this is written on, with commas, so that it does not push the figures off the page.
_ADDRESS_LINES: Final = 6
_FOOTER_NAME: Final = 60
_BRANDS: Final = {
    "amex": "American Express",
    "diners": "Diners Club",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def invoice_paper(facts: InvoiceFacts, language: str, *, as_of: datetime) -> InvoicePaper:
    """What the invoice says, in `language`; the time zone is the one of its cycle.

    What was paid and how the rest will be can change after the paper is drawn: it says as of when it is so.
    """
    with override(language):
        seller = _party(gettext("Seller"), facts.seller, language)
        title = gettext("Invoice %(number)s") % {"number": facts.number}
        return InvoicePaper(
            language=language,
            document_title=title,
            author=seller.name,
            dated=facts.issue_date,
            heading=gettext("Invoice"),
            number=facts.number,
            headline=Labelled(gettext("Total"), money(Money(facts.total, facts.currency), language)),
            seller=seller,
            buyer=_party(gettext("Billed to"), facts.buyer, language),
            facts=_labelled(facts, language),
            peak=_peak(facts, language),
            lines=_lines(facts, language),
            sums=_sums(facts, language),
            payment=Labelled(
                gettext("How it is paid, as of %(day)s") % {"day": day(local_date(as_of, facts.timezone), language)},
                _payment(facts),
            ),
            shares=_shares(facts, language),
            footer=" · ".join(part for part in (_short(seller.name), title) if part),
            page_label=gettext("Page {page} of {pages}"),
        )


def _short(name: str) -> str:
    """The whole name stands above; at the foot of each page there is one line for it."""
    return name if len(name) <= _FOOTER_NAME else f"{name[: _FOOTER_NAME - 1].rstrip()}…"


def _party(role: str, party: PartyFacts, language: str) -> Party:
    name = party.legal_name or party.name
    address = [line.strip() for line in party.address.splitlines() if line.strip()]
    if len(address) > _ADDRESS_LINES:
        address = [*address[: _ADDRESS_LINES - 1], ", ".join(address[_ADDRESS_LINES - 1 :])]
    lines = [
        party.name if party.name != name else "",
        *address,
        full_locale(language).territories.get(party.country, party.country),
        gettext("Tax ID: %(tax_id)s") % {"tax_id": party.tax_id} if party.tax_id else "",
        party.email,
    ]
    return Party(role, name, tuple(line for line in lines if line))


def _labelled(facts: InvoiceFacts, language: str) -> tuple[Labelled, ...]:
    told = [
        Labelled(gettext("Issue date"), day(facts.issue_date, language)),
        Labelled(gettext("Tax point"), day(facts.tax_point, language)),
    ]
    if facts.cycle_start and facts.cycle_end:
        cycle = period(facts.cycle_start, facts.cycle_end, facts.timezone, language)
        told.append(Labelled(gettext("Billing period"), cycle))
    return tuple(told)


def _peak(facts: InvoiceFacts, language: str) -> str:
    if facts.peak is None:
        return ""
    sentence = gettext("Highest number of active users at one moment: %(count)s, first reached %(moment)s")
    moment = instant(facts.peak.at, facts.timezone, language)
    return sentence % {"count": count(facts.peak.seats, language), "moment": moment}


def _lines(facts: InvoiceFacts, language: str) -> Table:
    columns = (
        Column(gettext("Description")),
        Column(gettext("Users"), figures=True),
        Column(gettext("Tier"), figures=True),
        Column(gettext("Unit price"), figures=True),
        Column(gettext("Amount"), figures=True),
    )
    return Table(columns, tuple(_line(line, facts.currency, language) for line in facts.lines))


def _line(line: LineFacts, currency: str, language: str) -> tuple[str, ...]:
    quantity = count(line.quantity, language)
    price = "" if line.unit_price is None else unit_price(line.unit_price, currency, language)
    amount = money(Money(line.amount, currency), language)
    if line.kind == "cap":
        # Its figures say what it is capped at; in the columns they would read as more users.
        capped = gettext("Price cap: never more than %(count)s users at %(price)s")
        return (capped % {"count": quantity, "price": price}, "", "", "", amount)
    return (gettext("Active users at the peak"), quantity, _tier(line, language), price, amount)


def _tier(line: LineFacts, language: str) -> str:
    minimum = count(line.tier_minimum, language)
    if line.tier_maximum is None:
        return gettext("%(minimum)s or more") % {"minimum": minimum}
    maximum = count(line.tier_maximum, language)
    return minimum if minimum == maximum else f"{minimum}–{maximum}"


def _sums(facts: InvoiceFacts, language: str) -> tuple[Sum, ...]:
    def written(minor: int) -> str:
        return money(Money(minor, facts.currency), language)

    tax = Sum(gettext("Tax (%(rate)s)") % {"rate": percent(facts.tax_rate, language)}, written(facts.tax))
    if not facts.tax_set_up:
        tax = Sum(gettext("Tax"), written(facts.tax), detail=gettext("Tax is not set up; no tax was charged"))
    sums = [Sum(gettext("Net"), written(facts.net)), tax, Sum(gettext("Total"), written(facts.total), "billed")]
    if facts.paid:
        sums.append(Sum(gettext("Paid"), written(-facts.paid)))
    if facts.credited:
        sums.append(Sum(gettext("Credited"), written(-facts.credited)))
    return (*sums, Sum(gettext("Amount due"), written(facts.outstanding), "due"))


def _payment(facts: InvoiceFacts) -> str:
    """One sentence: what happens next to what is owed. What is settled needs no card, what is on hold waits."""
    if facts.state == "void":
        return gettext("This invoice is void: nothing is owed.")
    if not facts.outstanding:
        return _settled(facts)
    if facts.on_hold:
        return gettext("On hold: nothing is charged until the hold is released.")
    if facts.card is None:
        return gettext("No card is on file. Add one: the whole outstanding amount is charged at once.")
    card = {"brand": _BRANDS.get(facts.card.brand, facts.card.brand), "last4": facts.card.last4}
    if facts.card.usable:
        return gettext("Charged automatically to %(brand)s ···· %(last4)s.") % card
    refused = gettext(
        "The card on file, %(brand)s ···· %(last4)s, was refused."
        " Add another: the whole outstanding amount is charged at once."
    )
    return refused % card


def _settled(facts: InvoiceFacts) -> str:
    if not facts.total:
        return gettext("There is nothing to pay.")
    if not facts.paid:
        return gettext("Settled in full with credit.")
    return gettext("This invoice is paid.")


def _shares(facts: InvoiceFacts, language: str) -> Section | None:
    """Who had users at the peak. A customer without any adds nothing to the bill and is left out."""
    counted = sorted((share for share in facts.shares if share.seats), key=lambda share: alphabetic(share.name))
    if not counted:
        return None
    seats = sum(share.seats for share in counted)
    amount = Money(sum(share.amount for share in counted), facts.currency)
    table = Table(
        columns=(
            Column(gettext("Customer")),
            Column(gettext("Users at the peak"), figures=True),
            Column(gettext("Share of the net amount"), figures=True),
        ),
        rows=tuple(
            (share.name, count(share.seats, language), money(Money(share.amount, facts.currency), language))
            for share in counted
        ),
        total=(gettext("Total"), count(seats, language), money(amount, language)),
    )
    note = gettext("The active users of each customer at that moment. They add up to the users on this invoice.")
    return Section(gettext("Customers at the peak"), note, table)


def alphabetic(name: str) -> str:
    """What names are sorted by: Ávila beside Avila, not after Zamora."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))
