"""Why partners, customers and users stay as they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

from pleamar.wording.refusals_facts import Facts, Sentence

_TERMS: Final = {
    "created": gettext_noop(
        "“%(partner)s” was created at %(has)s, but the import says %(says)s."
        " Use the first of the two, or import for another partner."
    ),
    "currency": gettext_noop(
        "“%(partner)s” is billed in %(has)s, but the import says “%(says)s”."
        " Use the first of the two, or import for another partner."
    ),
    "timezone": gettext_noop(
        "The time zone of “%(partner)s” is %(has)s, but the import says “%(says)s”."
        " Use the first of the two, or import for another partner."
    ),
}
_OTHER_TERMS: Final = gettext_noop(
    "“%(partner)s” has “%(has)s” where the import says “%(says)s”."
    " Use the first of the two, or import for another partner."
)


def _partner_differs(facts: Facts) -> str:
    return gettext(_TERMS.get(facts["what"], _OTHER_TERMS)) % facts


def _name_invalid(facts: Facts) -> str:
    if facts["name"].strip():
        sentence = gettext(
            "“%(name)s” cannot be a name. Use at most %(longest)s printable characters, with no space at either end."
        )
    else:
        sentence = gettext("The name is empty. Write one of at most %(longest)s characters.")
    return sentence % facts


def _email_invalid(facts: Facts) -> str:
    if facts["email"].strip():
        sentence = gettext("“%(email)s” is not an e-mail address. Write one such as ana@example.com.")
    else:
        sentence = gettext("The e-mail address is empty. Write one such as ana@example.com.")
    return sentence % facts


def _not_a_cycle_start(facts: Facts) -> str:
    if facts["before"] == facts["after"]:
        sentence = gettext("No cycle starts at %(time)s. The next one starts at %(after)s: use that.")
    else:
        sentence = gettext("No cycle starts at %(time)s. Use a cycle start: %(before)s or %(after)s.")
    return sentence % facts


SENTENCES: Final[dict[str, Sentence]] = {
    "account_closed": gettext_noop(
        "The customer “%(account)s” is closed, so none of its users can be made active. Reopen the customer first."
    ),
    "account_exists": gettext_noop(
        "There is already a customer called “%(account)s”. Choose another name, or use that customer."
    ),
    "account_not_closed": gettext_noop(
        "The customer “%(account)s” is on a trial and not closed, so there is nothing to reopen."
        " To begin to bill it, activate the trial."
    ),
    "account_was_live": gettext_noop(
        "The customer “%(account)s” is not a trial, and a customer never becomes one afterwards."
        " Add a new customer for a trial."
    ),
    "account_unknown": gettext_noop(
        "This partner has no customer “%(account)s”. Check the name: capitals and accents count."
    ),
    "already_live": gettext_noop("“%(partner)s” has been invoiced since %(since)s already. There is nothing to do."),
    "currency_needs_paid_invoices": gettext_noop(
        "The currency of “%(partner)s” cannot change while an invoice is open or a cycle that has ended is not closed."
        " Close its cycles, have its invoices paid and try again."
    ),
    "country_invalid": gettext_noop(
        "“%(country)s” is no country code. Use the two letters of ISO 3166, such as ES or DE."
    ),
    "detail_invalid": gettext_noop(
        "An invoice shows at most %(longest)s printable characters a line of an address, name or tax number."
        " Shorten it, or take out what is not text."
    ),
    "owner_address_missing": gettext_noop(
        "The role of DATABASE_URL may not make tables. Name the owner's address in PLEAMAR_OWNER_DATABASE_URL and run "
        "`pleamar migrate` again."
    ),
    "currency_unknown": gettext_noop(
        "There is no currency “%(currency)s”. Use an ISO 4217 code such as EUR, GBP or USD."
    ),
    "cycle_unknown": gettext_noop(
        "“%(partner)s” has no cycle that starts at %(start)s. Use a cycle start as its statements show it."
    ),
    "date_invalid": gettext_noop("“%(date)s” is not a date. Write one such as 2026-01-27."),
    "email_invalid": _email_invalid,
    "history_differs": gettext_noop(
        "“%(partner)s” already has the history of the file “%(file)s”, and this import has other contents"
        " or another end. Import it for another partner."
    ),
    "internal_account_exists": gettext_noop(
        "This partner already has an account for its own staff, and can have only one. Use that account."
    ),
    "internal_account_needs_limit": gettext_noop(
        "An account for the partner's own staff is free up to a limit, and none is given."
        " Give the most users that it may have."
    ),
    "member_unknown": gettext_noop("The customer has no user “%(email)s”. Check the address."),
    "name_invalid": _name_invalid,
    "not_a_cycle_start": _not_a_cycle_start,
    "partner_closed": gettext_noop(
        "This partner is closed, so its customers and users stay as they are. Add a new partner to go on."
    ),
    "partner_differs": _partner_differs,
    "partner_exists": gettext_noop(
        "There is already a partner called “%(partner)s”, whatever the capitals. Choose another name."
    ),
    "partner_has_changes": gettext_noop(
        "“%(partner)s” already has changes or cycles of its own, so no history can be imported for it any more."
        " Import it for a new partner."
    ),
    "partner_unknown": gettext_noop("There is no partner “%(partner)s”. Check the name: capitals and accents count."),
    "removals_suspicious": gettext_noop(
        "This list would make %(removals)s of %(active)s active users inactive."
        " Check that it is complete; if it is, confirm %(removals)s with --confirm-removals."
    ),
    "members_nobody": gettext_noop("No user is meant by that, so nothing was changed. Look at the list again."),
    "trial_end_not_later": gettext_noop(
        "The trial of “%(account)s” goes on until %(ends_at)s, and is not made shorter. Give a later time, or close the"
        " customer to end it now."
    ),
    "time_in_future": gettext_noop("%(time)s is still to come: it is now %(now)s. Use a time that has passed."),
    "time_in_past": gettext_noop("%(time)s has passed. Use the start of a cycle to come: the next is %(next)s."),
    "time_invalid": gettext_noop("“%(time)s” is not a time. Write one such as 2026-01-27T09:30:00Z."),
    "time_too_early": gettext_noop("%(time)s is too early. Use a time from %(earliest)s on."),
    "time_too_late": gettext_noop("%(time)s is too late. Use a time up to %(latest)s."),
    "time_without_zone": gettext_noop(
        "“%(time)s” does not say its offset from UTC. Write a time such as 2026-01-27T09:30:00Z"
        " or 2026-01-27T10:30:00+01:00."
    ),
    "timezone_unknown": gettext_noop(
        "There is no time zone called “%(timezone)s”. Use an IANA name such as Europe/Madrid."
    ),
    "until_out_of_range": gettext_noop(
        "The history cannot end at %(until)s."
        " Use a time from %(created)s, when the partner was created, up to the present."
    ),
}
