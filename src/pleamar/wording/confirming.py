"""The pages on which a cardholder confirms a payment, or has entered a card, in words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language, gettext

from pleamar.rules.money import Money
from pleamar.wording.money import money


class ConfirmingPage(NamedTuple):
    """`buttons` are (what is sent, what stands on it); without any there is nothing to do."""

    heading: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()


def waiting(amount: Money, seller: str) -> ConfirmingPage:
    """It waits for its cardholder."""
    facts = {"amount": money(amount, get_language() or "en"), "seller": seller}
    return ConfirmingPage(
        gettext("Confirm your payment of %(amount)s") % facts,
        gettext(
            "Your bank asks you to confirm this payment to %(seller)s yourself. You are taken to your bank and"
            " come back here afterwards."
        )
        % facts,
        (("begin", gettext("Continue to your bank")),),
    )


def sandbox_bank(amount: Money) -> ConfirmingPage:
    """The sandbox has no bank: whoever tries it out plays it."""
    facts = {"amount": money(amount, get_language() or "en")}
    return ConfirmingPage(
        gettext("The sandbox's bank"),
        gettext("No money moves here. Play the cardholder: is the payment of %(amount)s confirmed?") % facts,
        (("confirm", gettext("Confirm it")), ("refuse", gettext("Fail to confirm it"))),
    )


def paid(amount: Money) -> ConfirmingPage:
    """It has succeeded."""
    facts = {"amount": money(amount, get_language() or "en")}
    return ConfirmingPage(
        gettext("Thank you"), gettext("Your payment of %(amount)s has gone through. You can close this page.") % facts
    )


def under_way() -> ConfirmingPage:
    """The bank is still at it."""
    return ConfirmingPage(
        gettext("One moment"), gettext("Your bank is still working on this payment. We mail you when it is through.")
    )


def over() -> ConfirmingPage:
    """Nothing is left to confirm."""
    return ConfirmingPage(
        gettext("Nothing left to confirm"),
        gettext(
            "This payment was not collected."
            " If anything is outstanding, it is tried again, or we mail you how to pay it."
        ),
    )


def unreachable() -> ConfirmingPage:
    """The provider does not answer, or collecting is paused."""
    return ConfirmingPage(
        gettext("Please try again in a few minutes"),
        gettext("Your bank cannot be reached just now. Nothing was charged, and nothing is lost."),
        (("begin", gettext("Try again")),),
    )


def card_received() -> ConfirmingPage:
    """Back from the page on which a card is entered."""
    return ConfirmingPage(
        gettext("Thank you"),
        gettext(
            "If you have entered a card, it is used from now on. What is outstanding is charged to it, and we mail you."
        ),
    )
