"""How long an invitation is good for, and how many of them are mailed (rule A7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

GOOD_FOR: Final = timedelta(days=7)
# Open at once, of a team or of one account: nobody's mailbox is to be flooded in a partner's name.
MOST_OPEN: Final = 50
# Mailed within a day: to one address, whoever invites it, and in one partner's name.
MOST_TO_ADDRESS: Final = 3
MOST_OF_PARTNER: Final = 100
MAILED_WITHIN: Final = timedelta(days=1)
