"""The forms that ask for a code: one from an authenticator app, or a recovery code."""

from __future__ import annotations

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code, to sign in."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        _for_codes(self)


class ConfirmingCodeForm(ReauthenticateForm):  # type: ignore[misc]
    """A code, to show again that it is them."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        _for_codes(self)


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that is being set up."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        _for_codes(self)


def _for_codes(form: forms.BaseForm) -> None:
    field = form.fields["code"]
    field.label = gettext_lazy("Code")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(inputmode="numeric", maxlength="20", autofocus=True)
