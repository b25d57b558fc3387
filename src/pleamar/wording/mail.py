"""Mail to partners in words: short, warm, and exact to the cent. A topic is a function here and a name below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext, ngettext, override

from pleamar.ports.mail import Letter, MailUndelivered, Message
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.wording.dates import day, instant
from pleamar.wording.money import money


class _Words(NamedTuple):
    subject: str
    paragraphs: list[str]


def letter(message: Message) -> Letter:
    """The mail of a message, in its reader's language; English where Pleamar does not speak it.

    Raises MailUndelivered, for good, for a topic that has no words or facts that they cannot be made of.
    """
    words = _TOPICS.get(message.topic)
    if words is None:
        raise MailUndelivered(f"there are no words for {message.topic}", for_good=True)
    with override(message.language):
        try:
            subject, paragraphs = words(message)
        except (KeyError, ValueError, TypeError) as missing:
            raise MailUndelivered(f"{message.topic} cannot be told: {missing!r}", for_good=True) from missing
        greeting = gettext("Hello %(partner)s,") % {"partner": message.partner}
        closing = gettext("Kind regards,\n%(seller)s") % {"seller": message.seller}
    text = "\n\n".join([greeting, *paragraphs, closing])
    return Letter(message.id, message.to, message.written_at, subject, f"{text}\n")


def _charge_succeeded(message: Message) -> _Words:
    facts = _facts(message)
    return _Words(
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


def _charge_declined(message: Message) -> _Words:
    facts = _facts(message)
    told = ngettext(
        "A charge of %(amount)s to your card %(card)s for invoice %(invoices)s was declined by the bank.",
        "A charge of %(amount)s to your card %(card)s for invoices %(invoices)s was declined by the bank.",
        _count(message),
    )
    if message.facts.get("code") in _NOT_CONFIRMED:
        told = ngettext(
            "A charge of %(amount)s to your card %(card)s for invoice %(invoices)s was not confirmed with your bank.",
            "A charge of %(amount)s to your card %(card)s for invoices %(invoices)s was not confirmed with your bank.",
            _count(message),
        )
    attempt = message.facts["next_attempt"]
    if attempt:
        days = facts | {"day": day(local_date(_moment(attempt), message.timezone), message.language)}
        subject = gettext("Your card was declined; we will try again on %(day)s")
        then = gettext(
            "We will try again on %(day)s. If you would rather not wait, reply to this mail and we send you a page on"
            " which to enter another card: what is outstanding is then charged to it at once."
        )
        return _Words(subject % days, [told % facts, then % days])
    then = gettext(
        "We will not try this card again. Please reply to this mail, and we send you a page on which to enter another"
        " one: what is outstanding is then charged to it at once, and that settles it."
    )
    return _Words(gettext("Your card was declined; please add another one"), [told % facts, then])


def _action_required(message: Message) -> _Words:
    facts = _facts(message) | {
        "until": instant(_moment(message.facts["until"]), message.timezone, message.language),
        "link": str(message.facts.get("link", "")),
    }
    told = ngettext(
        "Your bank asks you to confirm the payment of %(amount)s for invoice %(invoices)s yourself.",
        "Your bank asks you to confirm the payment of %(amount)s for invoices %(invoices)s yourself.",
        _count(message),
    )
    how = gettext("It takes a minute, here:\n%(link)s") if facts["link"] else gettext("Reply to us for the link.")
    then = gettext("Please do so by %(until)s. After that the payment is given up, and another card is needed.")
    return _Words(gettext("Please confirm a payment of %(amount)s") % facts, [told % facts, how % facts, then % facts])


# Codes that say that the cardholder did not confirm the payment (3-D Secure), not that the bank refused it.
_NOT_CONFIRMED: Final = frozenset({"authentication_required", "payment_intent_authentication_failure"})

# Topic → its words.
_TOPICS: Final[dict[str, Callable[[Message], _Words]]] = {
    "charge_succeeded": _charge_succeeded,
    "charge_declined": _charge_declined,
    "action_required": _action_required,
}


def _facts(message: Message) -> dict[str, str]:
    """What every mail about a charge says of it."""
    amount = Money(int(message.facts["amount"]), str(message.facts["currency"]))
    return {
        "amount": money(amount, message.language),
        "card": str(message.facts.get("card", "")),
        "invoices": ", ".join(_invoices(message)),
    }


def _invoices(message: Message) -> list[str]:
    return str(message.facts["invoices"]).split()


def _count(message: Message) -> int:
    return len(_invoices(message))


def _moment(fact: str | int) -> datetime:
    return datetime.fromisoformat(str(fact))
