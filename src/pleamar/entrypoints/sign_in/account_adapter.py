"""allauth, as this installation signs people in: nobody signs up, and its mails go through our own outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from pleamar.actions.mail_person import mail_person
from pleamar.actions.note_sign_in_act import note_sign_in_act
from pleamar.entrypoints.sign_in.browsers import browser_name
from pleamar.entrypoints.sign_in.client_address import client_address
from pleamar.entrypoints.sign_in.freshness import is_fresh, note_shown_to_provider
from pleamar.entrypoints.sign_in.password_forms import UNKNOWN_ADDRESS
from pleamar.entrypoints.sign_in.unsent import unsent_of
from pleamar.rules.sign_in_address import typed_address
from pleamar.wiring.clock import clock
from pleamar.wiring.jobs import QUEUE


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where allauth asks how we do things."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        # As long as `login_failed` of the rate limits counts an address's wrong passwords.
        "too_many_login_attempts": gettext_lazy(
            "Too many failed tries to sign in with this e-mail. Wait up to five minutes before the next sign-in."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are invited."""
        del request
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By which attempts are counted and sessions told apart."""
        return client_address(request)

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Whoever has just signed in need not show it again."""
        del app, named
        return not is_fresh(context.request)

    def post_login(self, request: HttpRequest, user: Any, **named: Any) -> HttpResponse:
        """To where they wanted to go; first, though, to what they sent while they were signed out."""
        response: HttpResponse = super().post_login(request, user, **named)
        if by_provider := (named.get("signal_kwargs") or {}).get("sociallogin"):
            note_shown_to_provider(request, by_provider)
        return redirect("send_unsent") if unsent_of(request) else response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What wrong passwords are counted by: the address alone, by whatever host's name the request came."""
        del request
        return f"login:{typed_address(str(credentials.get('email', '')))}"

    def set_password(self, user: Any, password: str) -> None:
        """A new password ends every other session at once, and takes it out of the list."""
        super().set_password(user, password)
        here = context.request.session.session_key or ""
        for session in UserSession.objects.filter(user_id=user.pk).exclude(session_key=here):
            session.end()

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """To the address that is written down, not to the one that was typed; its link is made when it is sent."""
        del email, context
        self._mail(user.email, "password_reset", {})

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """What was changed that keeps others out, from where, and by which browser; the audit trail has it too."""
        del context, email
        request, changed, now = self.request, template_prefix.rpartition("/")[2], clock()()
        note_sign_in_act(user.pk, changed, now=now)
        facts = {
            "change": changed,
            "at": now.isoformat(),
            "address": client_address(request),
            "browser": browser_name(request.headers.get("User-Agent", "")),
        }
        self._mail(user.email, "sign_in_changed", facts)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing else is mailed but that nobody signs in with an address for which somebody asked."""
        del context
        if template_prefix == UNKNOWN_ADDRESS:
            self._mail(email, "password_reset_unknown", {})

    def _mail(self, email: str, topic: str, facts: Mapping[str, str | int]) -> None:
        site = self.request.build_absolute_uri("/")
        mail_person(email, topic, {**facts, "site": site}, language=get_language() or "en", now=clock()(), jobs=QUEUE)
