"""The card that is put on file in a sandbox."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.entrypoints.portal.payment.cards_to_try import cards_to_try


class CardForm(forms.Form):
    """One of the test cards, by its number."""

    number = forms.ChoiceField(
        label=gettext_lazy("Which card is it?"),
        choices=[(card.number, card.name) for card in cards_to_try()],
        initial=cards_to_try()[0].number,
        error_messages={
            "required": gettext_lazy("Choose one of the cards."),
            "invalid_choice": gettext_lazy("Choose one of the cards."),
        },
    )
