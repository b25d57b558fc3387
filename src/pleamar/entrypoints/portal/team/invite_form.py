"""Whom to invite, and as what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pleamar.wording.roles import TEAM

_LONGEST_ADDRESS = 254


class AdministratorForm(forms.Form):
    """Somebody of a customer, by their address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=_LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class RoleForm(forms.Form):
    """What somebody of the team is. An owner sees prices, whatever is ticked."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        widget=forms.RadioSelect,
        choices=[(role, words.name) for role, words in TEAM.items()],
        initial="technician",
    )
    sees_prices = forms.BooleanField(
        label=gettext_lazy("Sees prices"),
        help_text=gettext_lazy("Amounts, invoices and the calculator. An owner always does."),
        required=False,
    )

    @property
    def role_choices(self) -> list[tuple[Any, Promise]]:
        """Each choice with what it means."""
        return [(choice, words.means) for choice, words in zip(self["role"], TEAM.values(), strict=True)]


class InviteForm(RoleForm, AdministratorForm):
    """Both: the address and the role."""

    field_order = ("email", "role", "sees_prices")
