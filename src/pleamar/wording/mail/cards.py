"""Mails about the card itself: it expires, or there is none (rules M11, M13)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import (
    Block,
    Button,
    Figure,
    Figures,
    Topic,
    Words,
    add_a_card,
    amount,
    amounts,
    day,
    last_day,
    local_day,
    month,
    named_month,
    number,
    payment_page,
    text,
    without_sign_in,
)


def _card_expiring(message: Message) -> Words:
    facts = {"card": text(message, "card"), "month": named_month(message), "day": day(message, "cycle_end")}
    if local_day(message, "cycle_end").replace(day=1) > month(message):
        then = gettext("Your running cycle is charged on %(day)s, and your bank would then decline it.")
    else:
        then = gettext("Your running cycle is still charged to it, on %(day)s; later charges would fail.")
    return Words(
        gettext("Your card %(card)s expires at the end of %(month)s") % facts,
        [
            gettext("The card that we charge for your bills, %(card)s, is good until the end of %(month)s.") % facts,
            then % facts,
            *_replace_it(message),
        ],
    )


def _replace_it(message: Message) -> list[Block]:
    link = payment_page(message)
    if link is None:
        return [
            gettext(
                "Please reply to this mail before then, and we send you a page on which to enter the new one. It takes"
                " a minute."
            )
        ]
    return [
        gettext("Please enter the new one before then. It takes a minute."),
        Button(gettext("Replace the card"), link),
        without_sign_in(),
    ]


def _no_card(message: Message) -> Words:
    facts = {"day": last_day(message, "cycle_end")}
    rows = []
    if number(message, "amount"):
        rows.append(Figure(gettext("This cycle so far"), amount(message)))
    if message.facts["outstanding"]:
        rows.append(Figure(gettext("Outstanding"), amounts(message, "outstanding"), strong=True))
    table: list[Block] = [Figures(tuple(rows))] if rows else []
    return Words(
        gettext("Please add a card by %(day)s") % facts,
        [
            gettext("The last day of your billing cycle is %(day)s, and there is no card that we can charge.") % facts,
            *table,
            *_what_users_notice(message),
            *add_a_card(message),
        ],
    )


def _what_users_notice(message: Message) -> list[str]:
    """By the fact `standing`: good, overdue or suspended. Nothing is promised where it is not known."""
    told = {
        "good": gettext("Your users notice nothing of that: the cycle is invoiced, and the invoice waits for a card."),
        "overdue": gettext(
            "Something is overdue already. If that stays so, the users of your monthly customers may no longer be able"
            " to sign in."
        ),
        "suspended": gettext(
            "The users of your monthly customers cannot sign in, because something is overdue. As soon as nothing is,"
            " they can."
        ),
    }.get(str(message.facts.get("standing", "")))
    return [told] if told else []


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType({"card_expiring": _card_expiring, "no_card": _no_card})
