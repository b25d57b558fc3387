"""Why what a partner writes down about reselling is not taken."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from pleamar.wording.refusals_facts import Sentence

SENTENCES: Final[dict[str, Sentence]] = {
    "reference_invalid": gettext_noop(
        "A reference or a code is longer than %(longest)s characters or has control characters in it."
        " Use a shorter one of letters and digits."
    ),
    "sell_price_invalid": gettext_noop(
        "“%(price)s” is not a price. Write it as %(example)s, with %(decimals)s decimals at most and no mark for"
        " thousands."
    ),
}
