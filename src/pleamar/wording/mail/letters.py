"""A message as the letter that its reader gets: greeting, what its topic says, closing; as text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext, override

from pleamar.ports.mail import PERSONAL_TOPICS, STAFF_TOPICS, Letter, MailUndelivered, Message
from pleamar.wording.mail import bills, cards, charges, invitations, quotes, sign_in, standing, trials, usage
from pleamar.wording.mail.page import page
from pleamar.wording.mail.words import Block, Button, Figures, Topic

# Topic → its words.
TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        **bills.TOPICS,
        **cards.TOPICS,
        **charges.TOPICS,
        **invitations.TOPICS,
        **sign_in.TOPICS,
        **quotes.TOPICS,
        **standing.TOPICS,
        **trials.TOPICS,
        **usage.TOPICS,
    }
)


def letter(message: Message) -> Letter:
    """The mail of a message, in its reader's language; English where Pleamar does not speak it.

    Raises MailUndelivered, for good, for a topic that has no words or facts that they cannot be made of.
    """
    words = TOPICS.get(message.topic)
    if words is None:
        raise MailUndelivered(f"there are no words for {message.topic}", for_good=True)
    with override(message.language):
        try:
            subject, blocks = words(message)
        except (KeyError, ValueError, TypeError) as missing:
            raise MailUndelivered(f"{message.topic} cannot be told: {missing!r}", for_good=True) from missing
        whole = [_greeting(message), *blocks, *_closing(message)]
        html = page(message, subject, whole)
    text = "\n\n".join(map(_plain, whole))
    logo = message.brand.logo
    pictures = (logo,) if logo else ()
    return Letter(message.id, message.to, message.written_at, subject, f"{text}\n", html, pictures)


def _greeting(message: Message) -> str:
    if message.topic in PERSONAL_TOPICS:
        name = str(message.facts.get("name", ""))
        return gettext("Hello %(name)s,") % {"name": name} if name else gettext("Hello,")
    if message.topic in STAFF_TOPICS:
        return gettext("Hello,")
    return gettext("Hello %(partner)s,") % {"partner": message.partner}


def _closing(message: Message) -> list[Block]:
    by = gettext("Kind regards,\n%(seller)s") % {"seller": message.brand.name or message.seller}
    if not message.manager or message.topic in STAFF_TOPICS:
        return [by]
    facts = {"manager": message.manager, "contact": message.manager_contact}
    if not message.manager_contact:
        return [by, gettext("Your account manager is %(manager)s.") % facts]
    return [by, gettext("Your account manager is %(manager)s: %(contact)s") % facts]


def _plain(block: Block) -> str:
    if isinstance(block, Figures):
        return "\n".join(f"{figure.label}: {figure.value}" for figure in block.rows)
    if isinstance(block, Button):
        return f"{block.words}:\n{block.address}"
    return block
