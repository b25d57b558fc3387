"""What the pages are called that somebody sends something from, for those who come back to one by its address."""

from __future__ import annotations

from typing import Final

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_NAMES: Final[dict[str, Promise]] = {
    "portal:activate": gettext_lazy("Activate"),
    "portal:administrator_removed": gettext_lazy("Administrators of your customers"),
    "portal:administrators": gettext_lazy("Administrators of your customers"),
    "portal:all_administrators": gettext_lazy("Administrators of your customers"),
    "portal:annual_quote": gettext_lazy("Annual quote"),
    "portal:card_entered": gettext_lazy("Payment"),
    "portal:customer_block": gettext_lazy("Block sign-in"),
    "portal:customer_cancel": gettext_lazy("Cancel the activation"),
    "portal:customer_close": gettext_lazy("Close a customer"),
    "portal:customer_limit": gettext_lazy("Limit"),
    "portal:customer_new": gettext_lazy("Open a customer"),
    "portal:customer_reopen": gettext_lazy("Reopen a customer"),
    "portal:customer_restore": gettext_lazy("Restore sign-in"),
    "portal:customer_resume": gettext_lazy("Resume billing"),
    "portal:customer_stop": gettext_lazy("Stop billing"),
    "portal:customers_import": gettext_lazy("Open many from a file"),
    "portal:customers_import_check": gettext_lazy("Open many from a file"),
    "portal:deny_list": gettext_lazy("Deny list"),
    "portal:notifications": gettext_lazy("Notifications"),
    "portal:payment": gettext_lazy("Payment"),
    "portal:resale_terms": gettext_lazy("Sell prices and references"),
    "portal:resale_terms_import": gettext_lazy("Upload sell prices"),
    "portal:sandbox_card": gettext_lazy("A test card"),
    "portal:sandbox_clock": gettext_lazy("The sandbox's clock"),
    "portal:team": gettext_lazy("Team"),
    "portal:team_person": gettext_lazy("Team"),
    "portal:team_person_removed": gettext_lazy("Team"),
    "portal:users_change": gettext_lazy("Users"),
    "portal:users_file": gettext_lazy("Add users"),
    "portal:users_import": gettext_lazy("Add users"),
    "tenant:deny_list": gettext_lazy("Deny list"),
    "choose_language": gettext_lazy("Language"),
    "security": gettext_lazy("Your sign-in"),
}


def page_name(path: str) -> str:
    """As its title says, without what it is about; empty for a page that has no name here."""
    try:
        return str(_NAMES.get(resolve(path.partition("?")[0]).view_name, ""))
    except Resolver404:
        return ""
