"""The forms in which a password is set, changed or shown again."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ReauthenticateForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from pleamar.rules.refusals import Refused
from pleamar.rules.sign_in_address import checked_sign_in_address
from pleamar.wording.refusals import refusal

# allauth's name of the mail to an address with which nobody signs in.
UNKNOWN_ADDRESS: Final = "account/email/unknown_account"


def unhinted(form: forms.BaseForm) -> None:
    """Without the words that allauth puts into and below fields: our pages say them in labels and links."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """Whose password it is."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        unhinted(self)
        self.fields["email"].label = gettext_lazy("E-mail")
        self.fields["email"].widget.attrs.update(autocomplete="username", autofocus=True)

    def clean_email(self) -> str:
        """As addresses are kept; one with which nobody can sign in is mailed nothing."""
        try:
            self.cleaned_data["email"] = checked_sign_in_address(self.cleaned_data["email"])
        except Refused as refused:
            raise forms.ValidationError(refusal(refused)) from None
        told: str = super().clean_email()
        return told

    def save(self, request: HttpRequest, **named: Any) -> str:
        """Have a mail written, whoever it is."""
        if self.users:
            told: str = super().save(request, **named)
            return told
        email: str = self.cleaned_data["email"]
        get_adapter().send_mail(UNKNOWN_ADDRESS, email, {})
        return email


class NewPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """A password, twice."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        _named(self)


class ChangedPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The password of until now, and the new one twice."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        _named(self)
        self.fields["oldpassword"].label = gettext_lazy("Present password")


class ConfirmingPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """The password, once more."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        unhinted(self)
        self.fields["password"].label = gettext_lazy("Password")
        self.fields["password"].widget.attrs["autofocus"] = True


def _named(form: forms.BaseForm) -> None:
    unhinted(form)
    form.fields["password1"].label = gettext_lazy("New password")
    form.fields["password1"].help_text = gettext_lazy("At least 8 characters; a few words that only you put together.")
    form.fields["password2"].label = gettext_lazy("New password, again")
