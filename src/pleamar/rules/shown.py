"""Names for what somebody was shown before they said yes: another name means that something of it is another by now."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final

_DIGITS: Final = 20  # 80 bits: nobody meets two of one name, and a person can copy it


def shown_name(facts: object) -> str:
    """The first digits, in hexadecimal, of the SHA-256 over the facts, written in one way.

    They are plain values, moments, amounts, and lists or mappings of those; no sets, which have no order.
    """
    told = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
