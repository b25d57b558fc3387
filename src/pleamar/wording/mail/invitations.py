"""Mails that bring an invitation, to somebody who signs in nowhere yet."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Block, Button, Topic, Words, instant, text
from pleamar.wording.roles import TEAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pleamar.rules.roles import Role


def _invitation(message: Message) -> Words:
    role = TEAM[cast("Role", text(message, "role"))]
    facts = {"partner": message.partner, "by": _by(message), "role": role.name, "means": role.means}
    return Words(
        gettext("You are invited to the team of %(partner)s") % facts,
        [
            gettext("%(by)s invites you to the team of %(partner)s, as: %(role)s. %(means)s") % facts,
            *_how(message),
        ],
    )


def _administrator_invited(message: Message) -> Words:
    facts = {"partner": message.partner, "by": _by(message), "account": text(message, "account")}
    return Words(
        gettext("You are invited to look after %(account)s") % facts,
        [
            gettext("%(by)s invites you to look after the users of %(account)s: who is active, and who must never be.")
            % facts,
            *_how(message),
        ],
    )


def _by(message: Message) -> str:
    return text(message, "by") or message.brand.name or message.seller


def _how(message: Message) -> list[Block]:
    link = str(message.facts.get("link", ""))
    where: Block = Button(gettext("Accept the invitation"), link) if link else gettext("Reply to us for the link.")
    return [
        where,
        gettext(
            "You choose your name and a password there. The link is for you alone, and works until %(until)s. If you"
            " did not expect this mail, do nothing."
        )
        % {"until": instant(message, "expires_at")},
    ]


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {"invitation": _invitation, "administrator_invited": _administrator_invited}
)
