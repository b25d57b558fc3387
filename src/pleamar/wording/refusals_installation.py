"""Why the installation, its database and its clock stay as they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

from pleamar.wording.refusals_facts import Facts, Sentence

_MODES: Final = {
    "sandbox": gettext_noop("This installation is a sandbox and stays one. Set up another installation to go live."),
    "live": gettext_noop(
        "This installation is live and never becomes a sandbox. Set up another installation to try things out."
    ),
}
_OTHER_MODE: Final = gettext_noop(
    "This installation's mode is “%(mode)s” and never changes. Set up another installation for the other mode."
)


def _installation_mode_is_set(facts: Facts) -> str:
    return gettext(_MODES.get(facts["mode"], _OTHER_MODE)) % facts


_PAUSED: Final = {
    "asked": gettext_noop(
        "Collecting is paused: somebody has begun to resume after a restore, and it has not come to its end."
        " Run `pleamar collect --resume-after-restore` again: it says what is still unclear."
    ),
    "copied": gettext_noop(
        "Collecting is paused: this database is a copy, or the file “fingerprint” of its home is missing."
        " Leave a copy for trying things out as it is. If it is the one to go on with, run"
        " `pleamar collect --resume-after-restore`, which first asks the payment provider what it has collected."
    ),
    "moved": gettext_noop(
        "Collecting is paused: this database was restored, or another server has taken it over."
        " If it is the one to go on with, run"
        " `pleamar collect --resume-after-restore`, which first asks the payment provider what it has collected."
    ),
}
_OTHERWISE_PAUSED: Final = gettext_noop(
    "Collecting is paused (%(because)s). Run `pleamar collect --resume-after-restore` when it is to go on."
)


def _collection_paused(facts: Facts) -> str:
    return gettext(_PAUSED.get(facts["because"], _OTHERWISE_PAUSED)) % facts


SENTENCES: Final[dict[str, Sentence]] = {
    "argument_not_utf8": gettext_noop(
        "“%(argument)s” is not UTF-8 text. Check that the terminal sends UTF-8, and type it again."
    ),
    "clock_is_real": gettext_noop(
        "This installation is live, so its clock cannot be moved. Set up a sandbox installation for that."
    ),
    "database_is_not_ours": gettext_noop(
        "DATABASE_URL names a server that Pleamar does not run."
        " Start and stop that one with its own tools, or unset DATABASE_URL."
    ),
    "demo_interrupted": gettext_noop(
        "The demo was interrupted while it was being built, and it cannot go on from there."
        " Stop the server with `pleamar db stop` and remove the folder %(home)s,"
        " or set DATABASE_URL to an empty database if you had set it, and run it again."
    ),
    "demo_needs_empty": gettext_noop(
        "The demo needs an installation without partners, and this one has some."
        " Set PLEAMAR_HOME to a new folder, or DATABASE_URL to an empty database, and run it again."
    ),
    "fingerprint_invalid": gettext_noop(
        "“%(value)s” is no fingerprint for PLEAMAR_FINGERPRINT."
        " Use what the file “fingerprint” of another machine says, or a new UUID, or unset it."
    ),
    "gateway_address_is_for_tests": gettext_noop(
        "PLEAMAR_STRIPE_ADDRESS is only for test keys, and PLEAMAR_STRIPE_KEY is a live one. Unset the address."
    ),
    "collection_paused": _collection_paused,
    "clock_cannot_move": gettext_noop(
        "Stripe's clock cannot be moved along with this sandbox's."
        " Unset PLEAMAR_STRIPE_KEY to move the clock; the sandbox's own test cards are then used."
    ),
    "clock_is_moving": gettext_noop(
        "Somebody is moving this sandbox's clock at this moment. Wait until that is done, and try again."
    ),
    "clock_was_moved": gettext_noop(
        "This sandbox's clock has been moved since this page was shown, so it was left as it is."
        " Look at the time, and move it again if you still want to."
    ),
    "gateway_clock_is_real": gettext_noop(
        "This sandbox's clock was moved, and Stripe's cannot be."
        " Unset PLEAMAR_STRIPE_KEY, or try Stripe's test mode with an installation of its own."
    ),
    "gateway_key_invalid": gettext_noop(
        "PLEAMAR_STRIPE_KEY is not a secret key of Stripe's. Use one that begins with sk_ or rk_."
    ),
    "gateway_key_is_live": gettext_noop(
        "This installation is a sandbox, and PLEAMAR_STRIPE_KEY is a live key, which moves real money."
        " Use a test key, or unset it to use the sandbox's own payments."
    ),
    "gateway_key_is_test": gettext_noop(
        "This installation is live, and PLEAMAR_STRIPE_KEY is a test key, which moves no money."
        " Use the live key of the same account."
    ),
    "gateway_key_missing": gettext_noop(
        "This installation is live, and no payment provider is set up."
        " Set PLEAMAR_STRIPE_KEY to a live key of Stripe's."
    ),
    "address_taken": gettext_noop(
        "Nothing can listen on %(address)s: %(why)s. Choose another address with --host or --port."
    ),
    "concurrency_invalid": gettext_noop(
        "“%(value)s” is no number of jobs for PLEAMAR_WORKER_CONCURRENCY. Use a whole number from 1 to %(most)s,"
        " or unset it."
    ),
    "installation_mode_is_set": _installation_mode_is_set,
    "lease_invalid": gettext_noop(
        "“%(value)s” is no length for PLEAMAR_CHARGE_LEASE. Use whole seconds from 1 to %(most)s, or unset it."
    ),
    "leave_aside_alone": gettext_noop(
        "--leave-aside says what to do with an unclear payment when collecting is resumed."
        " Use it with --resume-after-restore."
    ),
    "not_installed": gettext_noop("The database has no installation in it yet. Run `pleamar migrate` to make it."),
    "not_migrated": gettext_noop(
        "The database is not in the shape that this version needs. Run `pleamar migrate` to bring it there."
    ),
    "sandbox_only": gettext_noop(
        "This installation is live, and this works only in a sandbox. Set up a sandbox installation to try things out."
    ),
}
