"""Mails about how many users there are: more than usual, or as many as somebody asked to be told of (rule M12)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Topic, Words, amount, counted, last_day, share, text


def _unusual_growth(message: Message) -> Words:
    facts = {
        "seats": counted(message, "seats"),
        "before": counted(message, "before"),
        "percent": share(message, "percent"),
        "day": last_day(message, "cycle_end"),
    }
    return Words(
        gettext("Many more users than usual: %(seats)s instead of %(before)s") % facts,
        [
            gettext(
                "The peak of this cycle is %(seats)s users: %(percent)s more than that of your last cycle, %(before)s."
            )
            % facts,
            gettext(
                "If that is meant, there is nothing you need to do. If it is not, look for who was added by mistake:"
                " whoever is inactive by the end of %(day)s no longer counts in your next cycle. The peak of this one"
                " stays."
            )
            % facts,
        ],
    )


def _usage_alert(message: Message) -> Words:
    kind = text(message, "kind")
    write = {"seats": counted, "amount": amount, "growth": share}[kind]
    facts = {
        "threshold": write(message, "threshold"),
        "value": write(message, "value"),
        "day": last_day(message, "cycle_end"),
    }
    subject = {
        "seats": gettext("Alert: a peak of %(value)s users"),
        "amount": gettext("Alert: this cycle comes to %(value)s"),
        "growth": gettext("Alert: a peak %(value)s above that of your last cycle"),
    }[kind]
    told = {
        "seats": gettext(
            "You wanted to know when %(threshold)s users are active at one moment. This cycle's peak is %(value)s."
        ),
        "amount": gettext(
            "You wanted to know when a cycle comes to %(threshold)s before tax. This one comes to %(value)s so far."
        ),
        "growth": gettext(
            "You wanted to know when a cycle's peak is %(threshold)s above that of the cycle before. Now it is"
            " %(value)s above."
        ),
    }[kind]
    until = gettext("The cycle ends on %(day)s. Until then we do not mail you about this again.")
    return Words(subject % facts, [told % facts, until % facts])


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType({"unusual_growth": _unusual_growth, "usage_alert": _usage_alert})
