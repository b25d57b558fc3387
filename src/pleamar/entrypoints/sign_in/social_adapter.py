"""Single sign-on: whoever the identity provider knows comes in as a user who is there already, or not at all."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.utils.translation import gettext

from pleamar.entrypoints.sign_in.error_pages import error_page
from pleamar.rules.sign_in_address import typed_address

_LONGEST: Final = 254


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Connects nothing and creates nobody: the address decides, each time anew."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: people are invited."""
        del request, sociallogin
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Any, str] | None:
        """The user of an address that the provider says it has verified, and that is verified here as well."""
        for address in sociallogin.email_addresses:
            email = typed_address(str(address.email))
            if address.verified is not True or len(email) > _LONGEST or not (email.isascii() and email.isprintable()):
                continue
            here = EmailAddress.objects.select_related("user").filter(
                email=email, verified=True, user__email=email, user__is_active=True
            )
            if found := here.first():
                return found.user, email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Turn away whoever is nobody here, and everything but signing in."""
        process = sociallogin.state.get("process") or AuthProcess.LOGIN
        if process == AuthProcess.LOGIN and sociallogin.is_existing:
            return
        emails = [str(address.email)[:_LONGEST] for address in sociallogin.email_addresses]
        told = gettext(
            "Nobody here has that address, or your company's sign-on has not verified it. Whoever invited you can"
            " invite that address, or you sign in with your e-mail and password."
        )
        if emails:
            facts = {"email": emails[0]}
            told = gettext("Your company's sign-on calls you %(email)s.") % facts + " " + told
        page = error_page(request, gettext("You could not be signed in"), told, status=403)
        raise ImmediateHttpResponse(page)
