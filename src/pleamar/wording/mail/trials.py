"""Mails about one customer: its trial, and its limit (rules M20, M21)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, ngettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Topic, Words, counted, day, instant, last_day, moment, number, text


def _trial_ending(message: Message) -> Words:
    facts = {
        "account": text(message, "account"),
        "day": day(message, "ends_at"),
        "end": instant(message, "ends_at"),
        "members": counted(message, "members"),
    }
    return Words(
        gettext("The trial of %(account)s ends on %(day)s") % facts,
        [
            ngettext(
                "The trial of %(account)s, with %(members)s active user, ends on %(end)s.",
                "The trial of %(account)s, with %(members)s active users, ends on %(end)s.",
                number(message, "members"),
            )
            % facts,
            *(_goes_live(message) if message.facts.get("activation_due_at") else _is_to_be_kept()),
        ],
    )


def _is_to_be_kept() -> list[str]:
    return [
        gettext("Nobody there can sign in after that. Nothing is billed: a trial never turns into a bill by itself."),
        gettext(
            "Would you like to keep the customer? Reply to this mail, and we activate it, now or from the start of"
            " your next cycle. We can also give the trial more time."
        ),
    ]


def _goes_live(message: Message) -> list[str]:
    """A trial that is to be activated on a date: between its end and then nobody has access."""
    facts = {"live": instant(message, "activation_due_at")}
    if moment(message, "activation_due_at") > moment(message, "ends_at"):
        then = gettext(
            "As you have planned, the customer becomes active on %(live)s, and is billed from then on. In between"
            " nobody there can sign in, and nothing is billed."
        )
    else:
        then = gettext(
            "As you have planned, the customer becomes active on %(live)s, and is billed from then on. Everybody there"
            " can go on signing in."
        )
    return [then % facts, _change_of_plan()]


def _change_of_plan() -> str:
    return gettext(
        "You do not need to do anything. To activate it earlier or not at all, or to give the trial more time, reply to"
        " this mail."
    )


def _trial_ended(message: Message) -> Words:
    facts = {"account": text(message, "account"), "end": instant(message, "ended_at")}
    if message.facts.get("activation_due_at"):
        facts["live"] = instant(message, "activation_due_at")
        return Words(
            gettext("The trial of %(account)s has ended") % facts,
            [
                gettext(
                    "The trial of %(account)s ended on %(end)s. As you have planned, the customer becomes active on"
                    " %(live)s, and is billed from then on. Until then nobody there can sign in, and nothing is billed."
                )
                % facts,
                _change_of_plan(),
            ],
        )
    return Words(
        gettext("The trial of %(account)s has ended") % facts,
        [
            gettext(
                "The trial of %(account)s ended on %(end)s. Nobody there can sign in any more, and nothing is billed."
            )
            % facts,
            gettext(
                "Its users are kept as they are. To activate the customer or to give it more time, reply to this mail."
            ),
        ],
    )


def _trial_activated(message: Message) -> Words:
    facts = {
        "account": text(message, "account"),
        "seats": counted(message, "seats"),
        "day": last_day(message, "cycle_end"),
    }
    return Words(
        gettext("%(account)s is active and billed from now on") % facts,
        [
            ngettext(
                "As you had planned, %(account)s is active now. Its %(seats)s user counts in the cycle that ends on"
                " %(day)s.",
                "As you had planned, %(account)s is active now. Its %(seats)s users count in the cycle that ends on"
                " %(day)s.",
                number(message, "seats"),
            )
            % facts,
            gettext("You do not need to do anything. If you have a question, reply to this mail."),
        ],
    )


def _limit_reached(message: Message) -> Words:
    facts = {
        "account": text(message, "account"),
        "limit": counted(message, "limit"),
        "refused": counted(message, "refused"),
    }
    return Words(
        gettext("%(account)s is full: %(limit)s users at most") % facts,
        [
            ngettext(
                "%(refused)s user could not be made active in %(account)s: its limit is %(limit)s active users.",
                "%(refused)s users could not be made active in %(account)s: its limit is %(limit)s active users.",
                number(message, "refused"),
            )
            % facts,
            gettext(
                "Make somebody inactive there and add them again, or reply to this mail to have the limit raised. More"
                " active users can raise your bill."
            ),
        ],
    )


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "trial_ending": _trial_ending,
        "trial_ended": _trial_ended,
        "trial_activated": _trial_activated,
        "limit_reached": _limit_reached,
    }
)
