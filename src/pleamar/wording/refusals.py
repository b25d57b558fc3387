"""Every refusal in one line of the reader's language: what is wrong, and what to do.

The language is the active one of Django. A new code gets its sentence in the dictionary of its subject beside this
file; `make messages` then collects it for translation.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

from pleamar.rules.refusals import Refused
from pleamar.wording import (
    refusals_billing,
    refusals_files,
    refusals_installation,
    refusals_mail,
    refusals_members,
    refusals_partners,
    refusals_prices,
    refusals_rebill,
    refusals_settings,
    refusals_standing,
    refusals_team,
    refusals_trials,
)
from pleamar.wording.refusals_facts import Facts, Sentence, shown

SENTENCES: Final[dict[str, Sentence]] = {
    **refusals_partners.SENTENCES,
    **refusals_billing.SENTENCES,
    **refusals_files.SENTENCES,
    **refusals_installation.SENTENCES,
    **refusals_mail.SENTENCES,
    **refusals_members.SENTENCES,
    **refusals_prices.SENTENCES,
    **refusals_rebill.SENTENCES,
    **refusals_settings.SENTENCES,
    **refusals_standing.SENTENCES,
    **refusals_team.SENTENCES,
    **refusals_trials.SENTENCES,
    **refusals_billing.GATEWAY,  # a gateway's refusal goes on as one of ours where a person typed a card
}


def refusal(refused: Refused) -> str:
    """What to tell the reader. A code without a sentence is named; a fact that is missing is an ellipsis."""
    sentence = SENTENCES.get(refused.code)
    if sentence is None:
        general = gettext("This cannot be done, and nothing was changed (reason: %(code)s). Check what was asked for.")
        return general % {"code": shown(refused.code)}
    facts = Facts(refused.facts)
    return gettext(sentence) % facts if isinstance(sentence, str) else sentence(facts)


def gateway_refusal(code: str) -> str:
    """What to tell the reader when a payment provider will not do what it was asked (`GatewayRefused`)."""
    sentence = refusals_billing.GATEWAY.get(code)
    if sentence is None:
        general = gettext(
            "The payment provider refused this (reason: %(code)s). Try another card, or ask the provider."
        )
        return general % {"code": shown(code)}
    return gettext(sentence)
