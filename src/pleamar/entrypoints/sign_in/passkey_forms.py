"""The forms in which passkeys are added, named and used."""

from __future__ import annotations

import json
from typing import Any, Final

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

_LONGEST_NAME: Final = 60
_LARGEST_CREDENTIAL: Final = 20_000
# What the library raises for an answer that no browser gives; allauth expects some of it only.
_MALFORMED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _checked(credential: Any, kind: type[AuthenticationResponse | RegistrationResponse]) -> Any:
    """What a browser makes is short plain text in a known form; anything else could not be read, or not be kept."""
    refused = ValidationError(gettext("The browser showed no passkey. Try again."))
    text = json.dumps(credential)
    if not isinstance(credential, dict) or len(text) > _LARGEST_CREDENTIAL or "\\u" in text:
        raise refused
    try:
        kind.from_dict(credential)
    except _MALFORMED as malformed:
        raise refused from malformed
    return credential


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A name, and what the browser made."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["name"].label = gettext_lazy("Name")
        self.fields["name"].help_text = gettext_lazy("Such as “Work laptop”, so that you know it again.")
        self.fields["name"].widget.attrs["maxlength"] = str(_LONGEST_NAME)
        self.fields["name"].initial = ""
        self.initial["name"] = ""
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = gettext_lazy("Sign in with it alone, without a password")
        self.fields["passwordless"].help_text = gettext_lazy(
            "It then asks for your fingerprint, face or PIN. Without this it is a second step after your password,"
            " which older security keys can do as well."
        )

    def clean_name(self) -> str:
        """Never longer than a name, and never nothing."""
        name: str = super().clean_name()
        return name.strip()[:_LONGEST_NAME] or gettext("Passkey")

    def clean_credential(self) -> Any:
        """A new key."""
        return _checked(self.cleaned_data["credential"], RegistrationResponse)


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["name"]
        field.label = gettext_lazy("Name")
        field.widget.attrs["maxlength"] = str(_LONGEST_NAME)

    def clean_name(self) -> str:
        """Never longer than a name."""
        name: str = self.cleaned_data["name"]
        return name.strip()[:_LONGEST_NAME] or gettext("Passkey")


class _ShownPasskey:
    """Whichever way it is used."""

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        """A key that is known, and answers what it was asked."""
        self.cleaned_data["credential"] = _checked(self.cleaned_data["credential"], AuthenticationResponse)
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _MALFORMED as malformed:
            raise ValidationError(gettext("The browser showed no passkey. Try again.")) from malformed


class PasskeySignInForm(_ShownPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone, to sign in."""


class PasskeyStepForm(_ShownPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class ConfirmingPasskeyForm(_ShownPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, to show again that it is them."""
