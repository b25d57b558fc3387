"""Mails about a bill: what the cycle comes to, the invoice, and prices that will rise (rules M2, M9, M12)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.rules.collecting import smallest
from pleamar.wording.mail.words import (
    Block,
    Figure,
    Figures,
    Topic,
    Words,
    add_a_card,
    amount,
    counted,
    day,
    instant,
    last_day,
    number,
    span,
    text,
)


def _cycle_closing(message: Message) -> Words:
    facts = {
        "day": last_day(message, "cycle_end"),
        "date": day(message, "cycle_end"),
        "end": instant(message, "cycle_end"),
        "amount": amount(message),
        "peak": counted(message, "peak"),
        "card": text(message, "card"),
    }
    told: list[Block] = [
        gettext("The last day of your billing cycle is %(day)s. This is how it stands:") % facts,
        Figures(
            (
                Figure(gettext("Active users now"), counted(message, "seats")),
                Figure(gettext("Peak of this cycle"), facts["peak"]),
                Figure(gettext("Amount so far"), facts["amount"], strong=True),
            )
        ),
        gettext(
            "It is charged to your card %(card)s on %(date)s, and you do not need to do anything. The amount only"
            " changes if more than %(peak)s users are active at one moment before then."
        )
        % facts,
    ]
    if not message.facts.get("last"):  # no cycle follows
        told.append(
            gettext(
                "Has somebody left? Whoever is inactive by %(end)s no longer counts in your next cycle. The peak of"
                " this one stays."
            )
            % facts
        )
    return Words(gettext("Your cycle ends on %(day)s: %(amount)s so far") % facts, told)


def _invoice_issued(message: Message) -> Words:
    facts = {"invoice": text(message, "invoice"), "amount": amount(message), "card": text(message, "card")}
    return Words(
        gettext("Invoice %(invoice)s: %(amount)s") % facts,
        [
            gettext("Your invoice %(invoice)s is attached as a PDF.") % facts,
            Figures(
                (
                    Figure(gettext("Billing period"), span(message, "cycle_start", "cycle_end")),
                    Figure(gettext("Active users at the peak"), counted(message, "peak")),
                    Figure(gettext("Total"), facts["amount"], strong=True),
                )
            ),
            *_how_it_is_paid(message, facts),
        ],
    )


def _how_it_is_paid(message: Message, facts: Mapping[str, str]) -> list[Block]:
    owed = number(message, "amount")
    if not owed:
        return [gettext("There is nothing to pay.")]
    if not facts["card"]:
        return [gettext("There is no card that we can charge, so it stays outstanding."), *add_a_card(message)]
    if owed < smallest(text(message, "currency")):
        return [gettext("That is less than can be charged to a card: it is collected with a later invoice.")]
    return [
        gettext(
            "It is charged to your card %(card)s, once any credit that you have is used up, and we mail you how it"
            " went. You do not need to do anything."
        )
        % facts
    ]


def _price_rise(message: Message) -> Words:
    facts = {"day": day(message, "cycle_start"), "seats": counted(message, "seats")}
    return Words(
        gettext("New prices from %(day)s") % facts,
        [
            gettext(
                "New prices apply to you from the cycle that starts on %(day)s. For your present peak of %(seats)s"
                " users, before tax, that means:"
            )
            % facts,
            Figures(
                (
                    Figure(gettext("A cycle until then"), amount(message, "before")),
                    Figure(gettext("A cycle from %(day)s") % facts, amount(message, "after"), strong=True),
                )
            ),
            gettext("You do not need to do anything. If you have a question, reply to this mail."),
        ],
    )


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {"cycle_closing": _cycle_closing, "invoice_issued": _invoice_issued, "price_rise": _price_rise}
)
