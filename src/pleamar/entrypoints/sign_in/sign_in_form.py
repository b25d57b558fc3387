"""The form to sign in with."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy

from pleamar.entrypoints.sign_in.password_forms import unhinted
from pleamar.rules.sign_in_address import typed_address


class SignInForm(LoginForm):  # type: ignore[misc]
    """An address, known however it is spelled, and a password."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        unhinted(self)
        self.fields["login"].label = gettext_lazy("E-mail")
        self.fields["login"].widget.attrs.update(autocomplete="username webauthn", autofocus=True)

    def clean_login(self) -> str:
        """As addresses are kept."""
        told: str = self.cleaned_data["login"]
        return typed_address(told)
