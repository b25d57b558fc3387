"""The mail that asks the vendor's people for a quote."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Block, Figure, Figures, Topic, Words, counted, text


def _quote_requested(message: Message) -> Words:
    facts = {"partner": text(message, "partner"), "customer": text(message, "customer")}
    asked: list[Block] = [
        gettext("%(partner)s would like an annual quote for %(customer)s.") % facts,
        Figures(
            (
                Figure(gettext("Customer"), text(message, "customer")),
                Figure(gettext("Users"), counted(message, "members"), strong=True),
                Figure(gettext("Asked by"), text(message, "asked_by")),
            )
        ),
    ]
    if text(message, "message"):
        asked += [gettext("They wrote:"), text(message, "message")]
    asked.append(gettext("Please answer whoever asked: the portal told them that you will get in touch."))
    return Words(gettext("%(partner)s asks for an annual quote for %(customer)s") % facts, asked)


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType({"quote_requested": _quote_requested})
