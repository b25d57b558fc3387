"""Why users, and the customers they are in, stay as they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

from pleamar.wording.refusals_facts import Facts, Sentence


def _deny_pattern_invalid(facts: Facts) -> str:
    if facts["pattern"].strip():
        sentence = gettext(
            "“%(pattern)s” is neither an e-mail address nor a pattern of some."
            " Write one such as ana@example.com or *@example.com."
        )
    else:
        sentence = gettext(
            "There is nothing to put on the deny list. Write an address such as ana@example.com or *@example.com."
        )
    return sentence % facts


SENTENCES: Final[dict[str, Sentence]] = {
    "account_is_closed": gettext_noop(
        "The customer “%(account)s” is closed, so this cannot be done with it. Reopen the customer first."
    ),
    "account_not_billed": gettext_noop(
        "The users of “%(account)s” are not billed, so there is no billing to stop."
        " To keep them out, suspend the customer or close it."
    ),
    "changed_since_shown": gettext_noop("This has changed since it was shown, and nothing was done. Look at it again."),
    "deny_file_done": gettext_noop(
        "The deny list was changed by this already, so nothing was changed again. This is the list as it is now."
    ),
    "deny_file_unknown": gettext_noop(
        "What was to be put on the deny list is not kept any more, so nothing was changed. Send it again."
    ),
    "deny_list_too_long": gettext_noop(
        "A deny list has at most %(most)s patterns with an asterisk. Use addresses in place of some of them."
    ),
    "deny_pattern_invalid": _deny_pattern_invalid,
    "deny_pattern_too_wide": gettext_noop(
        "“%(pattern)s” would keep everybody out. Say something of what is before or behind the @,"
        " such as *@example.com."
    ),
    "members_changed_meanwhile": gettext_noop(
        "The number of users meant is %(found)s by now, but %(confirmed)s was confirmed."
        " Look at the list again, and confirm the number that it has."
    ),
    "members_file_unknown": gettext_noop("There is no such file of users. Bring the file again."),
    "members_unconfirmed": gettext_noop(
        "The number of users meant is %(count)s, and nothing was changed. If it is right, say it with --confirm."
    ),
    "members_unsaid": gettext_noop(
        "It is not clear which users are meant."
        " Name either their addresses, or one of --search, --domain and --everybody."
    ),
    "move_denied": gettext_noop(
        "“%(email)s” is on the deny list of “%(account)s”, so nobody was moved (users on that list: %(count)s)."
        " Take them off the list, or leave them where they are."
    ),
    "move_over_limit": gettext_noop(
        "“%(account)s” would be over its limit (users too many: %(count)s), so nobody was moved."
        " Raise the limit, or move fewer users."
    ),
    "people_too_many": gettext_noop(
        "More than %(most)s users are meant, too many for a page. Narrow them down, or import a file."
    ),
    "move_to_same_account": gettext_noop(
        "The users are in that customer already. Name another customer of the partner to move them to."
    ),
}
