"""Mails to one person about how they sign in: a new password, and what was changed that keeps others out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.wording.mail.words import Block, Button, Figure, Figures, Topic, Words, instant, text


def _password_reset(message: Message) -> Words:
    facts = {"email": message.to}
    return Words(
        gettext("Set a new password"),
        [
            gettext("Somebody, we hope you, asked for a new password for %(email)s. Set it here within an hour:")
            % facts,
            Button(gettext("Set a new password"), text(message, "link")),
            gettext("The link works once. If it was not you, do nothing: your password stays as it is."),
        ],
    )


def _password_reset_unknown(message: Message) -> Words:
    facts = {"email": message.to}
    return Words(
        gettext("Nobody signs in with this address"),
        [
            gettext("Somebody, perhaps you, asked for a new password for %(email)s. Nobody signs in with it here.")
            % facts,
            gettext(
                "If it was you, you may have been invited under another address: try that one, or ask whoever invited"
                " you. If it was not you, do nothing."
            ),
        ],
    )


def _sign_in_changed(message: Message) -> Words:
    subject, told = _change(text(message, "change"))
    rows = [Figure(gettext("When"), instant(message, "at"))]
    if address := message.facts.get("address"):
        rows.append(Figure(gettext("From the internet address"), str(address)))
    if browser := message.facts.get("browser"):
        rows.append(Figure(gettext("With the browser"), str(browser)))
    blocks: list[Block] = [
        told,
        Figures(tuple(rows)),
        gettext("If it was you, there is nothing to do. If it was not, set a new password now, and tell us."),
    ]
    if link := message.facts.get("link"):
        blocks.append(Button(gettext("Set a new password"), str(link)))
    return Words(subject, blocks)


def _change(change: str) -> tuple[str, str]:
    """Subject and sentence. Raises KeyError for a change that there is not."""
    return {
        "password_changed": (
            gettext("Your password was changed"),
            gettext("The password with which you sign in was changed."),
        ),
        "password_reset": (
            gettext("Your password was changed"),
            gettext("A new password was set through a link that we had mailed you."),
        ),
        "totp_activated": (
            gettext("Signing in now takes a code as well"),
            gettext("An authenticator app was set up: from now on signing in takes a code from it."),
        ),
        "totp_deactivated": (
            gettext("Your authenticator app was removed"),
            gettext("The authenticator app was removed: signing in takes no code from it any more."),
        ),
        "webauthn_added": (
            gettext("A passkey was added"),
            gettext("A passkey was added. Whoever has it can sign in as you."),
        ),
        "webauthn_removed": (
            gettext("A passkey was removed"),
            gettext("A passkey was removed: nobody can sign in with it any more."),
        ),
        "reset_by_staff": (
            gettext("Your second factors were removed"),
            gettext("As you had asked us, your authenticator app, passkeys and recovery codes were removed."),
        ),
        "recovery_codes_generated": (
            gettext("New recovery codes were made"),
            gettext("New recovery codes were made. The old ones are void."),
        ),
    }[change]


TOPICS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "password_reset": _password_reset,
        "password_reset_unknown": _password_reset_unknown,
        "sign_in_changed": _sign_in_changed,
    }
)
