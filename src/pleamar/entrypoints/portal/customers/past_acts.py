"""What was done with a customer, as its page tells it."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pleamar.wording.acts import act_told

# What stands in the seat log; all else is called as on the page of all activity.
_TURNS: Final[dict[str, Promise]] = {
    "open": gettext_lazy("Opened"),
    "close": gettext_lazy("Closed"),
    "reopen": gettext_lazy("Reopened"),
}


def past_act(act: str) -> str:
    """The act of a `queries.customer.PastAct`."""
    return str(_TURNS[act]) if act in _TURNS else act_told(act)
