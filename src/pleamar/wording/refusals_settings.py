"""Why a setting stays as it is."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from pleamar.wording.refusals_facts import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "setting_unknown": gettext_noop("There is no setting “%(name)s”. “pleamar settings list” names all of them."),
    "setting_not_a_number": gettext_noop(
        "The setting “%(name)s” is a whole number from %(least)s to %(most)s. Give one of those."
    ),
    "setting_not_numbers": gettext_noop(
        "The setting “%(name)s” is a list of at most %(longest)s whole numbers from %(least)s to %(most)s,"
        " with commas between them. Give it like that."
    ),
    "setting_not_a_choice": gettext_noop("The setting “%(name)s” is one of: %(words)s. Give one of those."),
    "setting_not_choices": gettext_noop(
        "The setting “%(name)s” is any of these, or none: %(words)s. Give it like that, with commas between several."
    ),
    "setting_not_words": gettext_noop(
        "The setting “%(name)s” is made of at most %(most)s different texts, each one line of at most %(longest)s"
        " printable characters. Give it like that, with commas between several."
    ),
    "setting_not_a_text": gettext_noop(
        "The setting “%(name)s” is one line of at most %(longest)s printable characters. Give a shorter or plainer one."
    ),
    "setting_not_names": gettext_noop(
        "A name in the setting “%(name)s” has a bracket or a quotation mark, and nobody would be shown that."
        " Give the names alone, with commas between them."
    ),
    "setting_not_a_colour": gettext_noop(
        "The setting “%(name)s” is a colour such as #0f766e: a hash and six hexadecimal digits. Give it like that."
    ),
    "setting_not_a_picture": gettext_noop(
        "The setting “%(name)s” is a picture: the path of a PNG or JPEG file of at most %(most)s bytes."
        " Give another file."
    ),
    "setting_warnings_late": gettext_noop(
        "A partner must be warned before its access is suspended, after %(days)s days."
        " Keep one warning day at least, and every warning before that day."
    ),
    "confirmation_needed": gettext_noop("Nothing was changed. Say --yes to do what is described above."),
    "account_billing_stopped": gettext_noop(
        "The billing of “%(account)s” was stopped, so nobody in it can be made active. Resume its billing first."
    ),
}
