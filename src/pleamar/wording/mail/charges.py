"""Mails about a charge: taken, declined, or waiting for its cardholder."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, ngettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import (
    Block,
    Button,
    Topic,
    Words,
    amount,
    day,
    instant,
    payment_page,
    text,
    without_sign_in,
)

# Codes that say that the cardholder did not confirm the payment (3-D Secure), not that the bank refused it.
_NOT_CONFIRMED: Final = frozenset({"authentication_required", "payment_intent_authentication_failure"})


def _charge_succeeded(message: Message) -> Words:
    facts = _facts(message)
    return Words(
        gettext("Payment received: %(amount)s") % facts,
        [
            ngettext(
                "Thank you! We have charged %(amount)s to your card %(card)s for invoice %(invoices)s.",
                "Thank you! We have charged %(amount)s to your card %(card)s for invoices %(invoices)s.",
                _count(message),
            )
            % facts,
            gettext("There is nothing else you need to do."),
        ],
    )


def _charge_declined(message: Message) -> Words:
    facts = _facts(message)
    told = ngettext(
        "A charge of %(amount)s to your card %(card)s for invoice %(invoices)s was declined by the bank.",
        "A charge of %(amount)s to your card %(card)s for invoices %(invoices)s was declined by the bank.",
        _count(message),
    )
    unconfirmed = message.facts.get("code") in _NOT_CONFIRMED
    if unconfirmed:
        told = ngettext(
            "A charge of %(amount)s to your card %(card)s for invoice %(invoices)s was not confirmed with your bank.",
            "A charge of %(amount)s to your card %(card)s for invoices %(invoices)s was not confirmed with your bank.",
            _count(message),
        )
    if message.facts["next_attempt"]:
        days = {"day": day(message, "next_attempt")}
        subject = gettext("Your card was declined; we will try again on %(day)s")
        if unconfirmed:
            subject = gettext("Your payment was not confirmed; we will try again on %(day)s")
        return Words(subject % days, [told % facts, *_another_card_sooner(message, days)])
    subject = gettext("Your card was declined; please add another one")
    if unconfirmed:
        subject = gettext("Your payment was not confirmed; please add another card")
    return Words(subject, [told % facts, *_another_card(message)])


def _another_card_sooner(message: Message, days: Mapping[str, str]) -> list[Block]:
    link = payment_page(message)
    if link is None:
        then = gettext(
            "We will try again on %(day)s. If you would rather not wait, reply to this mail and we send you a page on"
            " which to enter another card: what is outstanding is then charged to it at once."
        )
        return [then % days]
    then = gettext(
        "We will try again on %(day)s. If you would rather not wait, add another card: what is outstanding is then"
        " charged to it at once."
    )
    return [then % days, Button(gettext("Add another card"), link), without_sign_in()]


def _another_card(message: Message) -> list[Block]:
    link = payment_page(message)
    if link is None:
        return [
            gettext(
                "We will not try this card again. Please reply to this mail, and we send you a page on which to enter"
                " another one: what is outstanding is then charged to it at once, and that settles it."
            )
        ]
    return [
        gettext(
            "We will not try this card again. Please add another one: what is outstanding is then charged to it at"
            " once, and that settles it."
        ),
        Button(gettext("Add another card"), link),
        without_sign_in(),
    ]


def _action_required(message: Message) -> Words:
    facts, link = _facts(message), str(message.facts.get("link", ""))
    told = ngettext(
        "Your bank asks you to confirm the payment of %(amount)s for invoice %(invoices)s yourself.",
        "Your bank asks you to confirm the payment of %(amount)s for invoices %(invoices)s yourself.",
        _count(message),
    )
    how: Block = Button(gettext("Confirm the payment"), link) if link else gettext("Reply to us for the link.")
    then = gettext("Please do so by %(until)s. After that the payment is given up, and another card is needed.")
    return Words(
        gettext("Please confirm a payment of %(amount)s") % facts,
        [told % facts, how, then % {"until": instant(message, "until")}],
    )


def _facts(message: Message) -> dict[str, str]:
    """What every mail about a charge says of it."""
    card = str(message.facts.get("card", ""))
    return {"amount": amount(message), "card": card, "invoices": ", ".join(_invoices(message))}


def _invoices(message: Message) -> list[str]:
    return text(message, "invoices").split()


def _count(message: Message) -> int:
    return len(_invoices(message))


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "charge_succeeded": _charge_succeeded,
        "charge_declined": _charge_declined,
        "action_required": _action_required,
    }
)
