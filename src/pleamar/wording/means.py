"""Who did something and how it came about, as the people of a partner are told it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from pleamar.rules.causes import is_vendor

_NAMED: Final[dict[str, Promise]] = {
    "payment provider": gettext_lazy("Payment provider"),
    "partner": gettext_lazy("Your company"),  # on the provider's page, where nobody is known by name
    # By whom it was in what the demo plays, and in a history that was brought along.
    "owner": gettext_lazy("owner"),
    "technician": gettext_lazy("technician"),
    "directory": gettext_lazy("directory"),
}
_FILES: Final = ("import-members", "import")
_WORDS: Final[dict[str, Promise]] = {
    "portal": gettext_lazy("in the portal"),
    "account page": gettext_lazy("by the customer's administrator"),
    "sync": gettext_lazy("by a directory sync"),
    "deny list": gettext_lazy("by the deny list"),
    "calendar": gettext_lazy("on the date that was set"),
    "stop billing": gettext_lazy("billing was stopped"),
    "resume billing": gettext_lazy("billing was resumed"),
    "member move": gettext_lazy("moved to another customer"),
    "demo": gettext_lazy("by the demo"),
}


def actor_told(actor: str, *, vendor: str) -> str:
    """Who did it; the vendor's own staff and programs go by the `vendor`'s name."""
    return vendor if is_vendor(actor) else str(_NAMED.get(actor, actor))


def actors_named(text: str) -> list[str]:
    """Those of which the text is part of the words that stand for them, in the reader's language."""
    return [actor for actor, words in _NAMED.items() if text.casefold() in str(words).casefold()]


def how(means: str, reference: str = "") -> str:
    """`in the portal`, `with the file users.csv`; nothing for what says nothing to them, as a command's name."""
    if means in _FILES:
        file = reference_told(reference)
        return gettext("with the file %(file)s") % {"file": file} if file else gettext("with a file")
    return str(_WORDS.get(means, ""))


def reference_told(reference: str) -> str:
    """The name of a file without where it lay on somebody's disk; what only our programs know by it is nothing."""
    return "" if reference.startswith(("acc_", "ivt_")) else reference.replace("\\", "/").rpartition("/")[2]


def by_whom(actor: str, means: str, reference: str, *, vendor: str) -> str:
    """`tom@northwindit.example, with the file users.csv`."""
    return ", ".join(filter(None, [actor_told(actor, vendor=vendor), how(means, reference)]))
