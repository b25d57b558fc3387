"""What the roles are called, and what each may do."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pleamar.rules.roles import Invited, Role


class RoleWords(NamedTuple):
    """Its name, and what it means in a sentence."""

    name: Promise
    means: Promise


TEAM: Final[dict[Role, RoleWords]] = {
    "owner": RoleWords(
        gettext_lazy("Owner"), gettext_lazy("Everything: customers, users, billing, card, prices and the team.")
    ),
    "technician": RoleWords(
        gettext_lazy("Technician"),
        gettext_lazy("Manages customers and users. With prices: also activates trials, which are billed then."),
    ),
    "viewer": RoleWords(gettext_lazy("Viewer"), gettext_lazy("Sees customers, users and usage, and changes nothing.")),
}
ADMINISTRATOR: Final = RoleWords(
    gettext_lazy("Administrator"), gettext_lazy("Looks after the users of one customer, and sees no prices.")
)


def role_words(role: Invited) -> RoleWords:
    """The words of any of them."""
    return ADMINISTRATOR if role == "administrator" else TEAM[role]
