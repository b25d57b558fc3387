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
    "installation_mode_is_set": _installation_mode_is_set,
    "not_installed": gettext_noop("The database has no installation in it yet. Run `pleamar migrate` to make it."),
    "not_migrated": gettext_noop(
        "The database is not in the shape that this version needs. Run `pleamar migrate` to bring it there."
    ),
    "sandbox_only": gettext_noop(
        "This installation is live, and this works only in a sandbox. Set up a sandbox installation to try things out."
    ),
}
