"""Why somebody is not invited, not let in, or stays what they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from pleamar.wording.refusals_facts import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "address_not_invited": gettext_noop("“%(email)s” cannot be invited. Use another address of theirs."),
    "administers_another": gettext_noop(
        "“%(email)s” is the administrator of another customer. Invite another address of theirs."
    ),
    "administrator_in_team": gettext_noop(
        "“%(email)s” signs in for a partner's team. An administrator of a customer needs an address that no team uses:"
        " invite another one."
    ),
    "already_administrator": gettext_noop(
        "“%(email)s” is an administrator of this customer already. There is nothing to do."
    ),
    "already_in_team": gettext_noop("“%(email)s” is in your team already. Change their role there instead."),
    "email_not_ascii": gettext_noop(
        "“%(email)s” has letters beyond a to z, and nobody signs in with those here. Use another address, or write its"
        " domain as its mail server does, beginning with xn--."
    ),
    "invitation_accepted": gettext_noop(
        "“%(email)s” has accepted already, so there is nothing to withdraw. Remove the person from the list instead."
    ),
    "invitation_expired": gettext_noop("This invitation has run out. Ask whoever invited you to send it again."),
    "invitation_mails_of_partner": gettext_noop(
        "%(most)s invitations were mailed within a day, which is the most there can be. Go on tomorrow."
    ),
    "invitation_mails_to_address": gettext_noop(
        "“%(email)s” was mailed %(most)s invitations within a day, which is the most there can be. Ask them to look for"
        " it among their unwanted mail, or send it again tomorrow."
    ),
    "invitation_open": gettext_noop(
        "“%(email)s” is invited already. Send that invitation again, or withdraw it first to invite them as something"
        " else."
    ),
    "invitation_open_elsewhere": gettext_noop(
        "“%(email)s” has another invitation that is still open. Wait until it has run out, or use another address."
    ),
    "invitation_unknown": gettext_noop(
        "There is no such invitation any more: it was accepted or withdrawn. Look at the list again."
    ),
    "invitation_withdrawn": gettext_noop("This invitation was withdrawn. Ask whoever invited you for a new one."),
    "last_owner": gettext_noop(
        "“%(email)s” is the only owner, and a team needs one. Make somebody else an owner first."
    ),
    "name_is_a_link": gettext_noop(
        "“%(name)s” has “/” or “www.” in it, and mail programs make a link of that. Write the name without it."
    ),
    "nobody_signs_in": gettext_noop("Nobody signs in as “%(email)s”. Check the address."),
    "password_unfit": gettext_noop("%(why)s Choose another password."),
    "person_unknown": gettext_noop("There is nobody like that in the team. Look at the list again."),
    "removing_yourself": gettext_noop(
        "That is you. Confirm that you want to leave the team: you are signed out at once, and only an owner can"
        " invite you again."
    ),
    "role_unknown": gettext_noop("There is no role “%(role)s” here. Choose one of: %(known)s."),
    "team_person_administers": gettext_noop(
        "“%(email)s” is the administrator of a customer. Somebody of a team needs an address of their own: invite"
        " another one."
    ),
    "too_many_invitations": gettext_noop(
        "%(most)s invitations are open, which is the most there can be. Withdraw some that are no longer needed first."
    ),
}
