"""Mails about what is overdue, and the access that hangs on it (rule M14)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, ngettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Topic, Words, add_a_card, amounts, counted, day, instant, number, text


def _payment_overdue(message: Message) -> Words:
    days = number(message, "days")
    facts = {"amounts": amounts(message), "days": counted(message, "days"), "day": day(message, "since")}
    subject = gettext("Payment overdue: %(amounts)s")
    if days:
        subject = ngettext(
            "Payment overdue for %(days)s day: %(amounts)s", "Payment overdue for %(days)s days: %(amounts)s", days
        )
    told = {
        "no_card": gettext("You have owed %(amounts)s since %(day)s, and there is no card that we can charge."),
        "declined": gettext("You have owed %(amounts)s since %(day)s: your card was declined."),
    }[text(message, "why")]
    blocks = [told % facts, add_a_card()]
    if message.facts["suspends_at"]:
        blocks.append(
            gettext(
                "If something is still overdue on %(until)s, the users of your monthly customers may no longer be able"
                " to sign in. They would be billed all the same."
            )
            % {"until": instant(message, "suspends_at")}
        )
    return Words(subject % facts, blocks)


def _access_suspended(message: Message) -> Words:
    facts = {"amounts": amounts(message), "day": day(message, "since")}
    return Words(
        gettext("Sign-in is blocked: %(amounts)s overdue") % facts,
        [
            gettext(
                "You have owed %(amounts)s since %(day)s. From now on the users of your monthly customers cannot sign"
                " in; they are billed all the same. Annual customers are not affected."
            )
            % facts,
            add_a_card(),
            gettext("As soon as nothing is overdue, everybody can sign in again."),
        ],
    )


def _access_restored(message: Message) -> Words:
    del message  # there is nothing to tell but that
    return Words(
        gettext("Sign-in works again"),
        [
            gettext("Thank you: nothing is overdue any more, and the users of your customers can sign in again."),
            gettext("There is nothing else you need to do."),
        ],
    )


def _suspension_proposed(message: Message) -> Words:
    facts = {"partner": text(message, "partner"), "amounts": amounts(message), "day": day(message, "since")}
    return Words(
        gettext("Block sign-in for %(partner)s? %(amounts)s overdue") % facts,
        [
            gettext(
                "%(partner)s was warned and still owes %(amounts)s, overdue since %(day)s. Sign-in for the users of its"
                " monthly customers can be blocked now."
            )
            % facts,
            gettext(
                "Nothing happens until you decide: `pleamar standing approve` blocks it, `pleamar standing decline`"
                " leaves it as it is."
            ),
        ],
    )


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "payment_overdue": _payment_overdue,
        "access_suspended": _access_suspended,
        "access_restored": _access_restored,
        "suspension_proposed": _suspension_proposed,
    }
)
