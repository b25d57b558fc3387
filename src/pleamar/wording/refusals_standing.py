"""Why a partner is not suspended, or not spared."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from pleamar.wording.refusals_facts import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "nothing_overdue": gettext_noop("Nothing of this partner is overdue any more. There is nothing to decide."),
    "payment_under_way": gettext_noop(
        "What was overdue is being charged at this moment. Wait for the outcome: if it fails, the proposal stands."
    ),
    "suspension_not_proposed": gettext_noop(
        "No suspension of this partner is proposed. It is once the partner was warned and is overdue for as long as the"
        " settings say: see `pleamar standing list`."
    ),
}
