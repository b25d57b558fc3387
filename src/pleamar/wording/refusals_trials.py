"""Why trials, limits on users and access stay as they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from pleamar.wording.refusals_facts import Facts, Sentence


def _seats_differ(facts: Facts) -> str:
    sentence = ngettext(
        "These customers add %(seats)s billed user in all. Type that number to confirm that they go live.",
        "These customers add %(seats)s billed users in all. Type that number to confirm that they go live.",
        facts.number("seats"),
    )
    return sentence % facts


def _not_confirmed(facts: Facts) -> str:
    if facts.number("customers") == 1:
        sentence = gettext(
            "Nothing was changed. To do what is described above, repeat the command with --preview %(preview)s."
        )
    else:
        sentence = gettext(
            "Nothing was changed. To do what is described above, repeat the command with --preview %(preview)s"
            " and --seats, the number of billed users that these customers add in all."
        )
    return sentence % facts


def _below_count(facts: Facts) -> str:
    sentence = ngettext(
        "“%(account)s” has %(members)s active user, more than %(limit)s."
        " Choose a higher limit, or have the user made inactive with it.",
        "“%(account)s” has %(members)s active users, more than %(limit)s."
        " Choose a higher limit, or have the last of them by e-mail address made inactive with it.",
        facts.number("members"),
    )
    return sentence % facts


SENTENCES: Final[dict[str, Sentence]] = {
    "account_not_on_trial": gettext_noop(
        "The customer “%(account)s” is not on a trial, so there is nothing to extend. Choose one that is."
    ),
    "activation_name_differs": gettext_noop(
        "That is not the customer's name. To confirm that it goes live, type exactly: “%(account)s”."
    ),
    "activation_not_confirmed": _not_confirmed,
    "activation_of_annual": gettext_noop(
        "The customer “%(account)s” is billed by the year, so it has no trial to activate. Leave it out."
    ),
    "activation_of_closed": gettext_noop(
        "The customer “%(account)s” is closed, so it cannot go live. Reopen it first, and look at what it would cost."
    ),
    "activation_of_internal": gettext_noop(
        "“%(account)s” is the account for the partner's own staff, which is free and never goes live. Leave it out."
    ),
    "activation_of_none": gettext_noop("No customer is named. Name those whose trials are to go live."),
    "activation_preview_stale": gettext_noop(
        "What this costs has changed since it was shown, and nothing was activated. Look at the new figures and confirm"
        " those."
    ),
    "activation_seats_differ": _seats_differ,
    "feature_unknown": gettext_noop("There is no feature “%(feature)s”. It is one of: %(known)s."),
    "internal_account_no_trial": gettext_noop(
        "An account for the partner's own staff is free anyway, so it is never a trial. Add it without one."
    ),
    "internal_limit_is_staffs": gettext_noop(
        "How many people of its own a partner may have for free is decided by us. Ask your account manager for more."
    ),
    "limit_below_count": _below_count,
    "limit_is_contracts": gettext_noop(
        "How many users “%(account)s” may have follows from its yearly contract. Order more for it to have more."
    ),
    "limit_out_of_range": gettext_noop("%(limit)s cannot be a limit. Use a whole number from %(least)s to %(most)s."),
    "trial_days_out_of_range": gettext_noop(
        "A trial cannot last %(days)s days. Use a whole number from 1 to %(most)s."
    ),
    "trial_end_out_of_range": gettext_noop(
        "A trial cannot end at %(until)s. Use a time after %(now)s and not after %(latest)s, %(days)s days from now."
    ),
    "trial_terms_without_trial": gettext_noop(
        "Days and a limit of a trial are given, but the customer is to be live at once."
        " Leave them out, or add the customer as a trial."
    ),
}
