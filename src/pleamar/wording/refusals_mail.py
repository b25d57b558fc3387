"""Why mail cannot be sent as it is set up, and why its readers stay who they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from pleamar.wording.refusals_facts import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "smtp_url_invalid": gettext_noop(
        "PLEAMAR_SMTP_URL is no address of a mail server. Give one such as"
        " smtp://user:password@mail.example.com:587, with %% codes for special characters of the password."
    ),
    "smtp_option_invalid": gettext_noop(
        "PLEAMAR_SMTP_URL has an option “%(option)s” that is unknown or wrong. There are tls=yes, tls=no, timeout (in"
        " seconds, 300 at most) and authorities (the path of a file)."
    ),
    "smtp_login_invalid": gettext_noop(
        "PLEAMAR_SMTP_URL needs a user and a password, or neither, both in ASCII. Write special characters of them as"
        " %% codes."
    ),
    "smtp_in_the_clear": gettext_noop(
        "PLEAMAR_SMTP_URL asks for mail without encryption to another machine. Leave tls=no out."
    ),
    "mail_unknown": gettext_noop("There is no mail “%(mail)s”. Choose one from the list of mails."),
    "recipient_unknown": gettext_noop(
        "This partner's bills do not go to %(email)s. “pleamar recipient list” names whom they go to."
    ),
    "recipient_there": gettext_noop("“%(email)s” gets these mails already. Add another address."),
    "too_many_recipients": gettext_noop(
        "A partner has %(most)s recipients of its bills at most. Remove one that is no longer needed first."
    ),
    "quote_out_of_range": gettext_noop(
        "We cannot quote for %(members)s users. Write how many the customer has, from 1 to %(most)s."
    ),
    "quote_message_too_long": gettext_noop(
        "The message is longer than %(longest)s characters. Shorten it; your account manager asks for what is missing."
    ),
    "quotes_too_many": gettext_noop(
        "You have asked for %(most)s quotes within a day, and we are working on them. Write to your account manager."
    ),
    "language_unknown": gettext_noop("Pleamar does not write in “%(language)s”. Choose one of: %(known)s."),
}
