"""Mails about what is overdue, and the access that hangs on it (rule M14)."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, ngettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Block, Topic, Words, add_a_card, amounts, counted, day, instant, number, text


def _payment_overdue(message: Message) -> Words:
    days = number(message, "days")
    facts = {"amounts": amounts(message), "days": counted(message, "days"), "day": day(message, "since")}
    declined = gettext(
        "You owe %(amounts)s. The oldest of it has been due since %(day)s. The charge to your card did not go through."
    )
    if message.facts.get("next_attempt"):
        facts["next"] = day(message, "next_attempt")
        declined = gettext(
            "You owe %(amounts)s. The oldest of it has been due since %(day)s. The charge to your card did not go"
            " through; we will try it again on %(next)s."
        )
    subject = gettext("Payment overdue: %(amounts)s")
    if days:
        subject = ngettext(
            "Payment overdue: %(amounts)s, the oldest for %(days)s day",
            "Payment overdue: %(amounts)s, the oldest for %(days)s days",
            days,
        )
    told = {
        "no_card": gettext(
            "You owe %(amounts)s. The oldest of it has been due since %(day)s. There is no card that we can charge."
        ),
        "declined": declined,
    }[text(message, "why")]
    blocks: list[Block] = [told % facts, *add_a_card(message)]
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
                "You owe %(amounts)s. The oldest of it has been due since %(day)s. From now on the users of your"
                " monthly customers cannot sign in; they are billed all the same. Annual customers are not affected."
            )
            % facts,
            *add_a_card(message),
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
    partner = text(message, "partner")
    facts = {"partner": partner, "typed": quote(partner), "amounts": amounts(message), "day": day(message, "since")}
    return Words(
        gettext("Block sign-in for %(partner)s? %(amounts)s overdue") % facts,
        [
            gettext(
                "%(partner)s was warned and still owes %(amounts)s. The oldest of it has been due since %(day)s."
                " Sign-in for the users of its monthly customers can be blocked now."
            )
            % facts,
            gettext("Nothing happens until you decide, at the console where Pleamar runs."),
            gettext('To block it: pleamar standing approve %(typed)s --reason "your reason" --yes') % facts,
            gettext('To leave it as it is: pleamar standing decline %(typed)s --reason "your reason"') % facts,
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
