"""What a partner would like to have quoted."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.rules.names import LONGEST_NAME
from pleamar.rules.quoting import LONGEST_MESSAGE, MOST_QUOTED
from pleamar.wording.typed_numbers import WholeNumber


class QuoteForm(forms.Form):
    """Whom for, how many, and whatever else there is to say."""

    customer = forms.CharField(label=gettext_lazy("Customer"), max_length=LONGEST_NAME)
    users = WholeNumber(
        label=gettext_lazy("Users"),
        help_text=gettext_lazy("How many people the customer has. Annual prices are for blocks of 50."),
        min_value=1,
        max_value=MOST_QUOTED,
    )
    message = forms.CharField(
        label=gettext_lazy("Message (optional)"),
        help_text=gettext_lazy("For example the term, the features that are wanted, or who else is asked."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
