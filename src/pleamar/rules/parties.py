"""Who stands on an invoice: what is said of a buyer or a seller, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pleamar.rules.refusals import Refused

LONGEST_DETAIL: Final = 1_000


@dataclass(frozen=True, slots=True)
class PartyDetails:
    """What an invoice says of a party besides its name. `country` is an ISO 3166 code of two letters, or empty."""

    legal_name: str = ""
    address: str = ""
    country: str = ""
    tax_id: str = ""


NO_DETAILS: Final = PartyDetails()


def checked_details(details: PartyDetails) -> PartyDetails:
    """The details trimmed, the country in capitals. Refuses `country_invalid` and `detail_invalid`.

    An address may have several lines; nothing else may.
    """
    country = details.country.strip().upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Refused("country_invalid", country=details.country[:LONGEST_DETAIL])
    return PartyDetails(
        legal_name=_line(details.legal_name),
        address="\n".join(_line(line) for line in details.address.strip().splitlines()),
        country=country,
        tax_id=_line(details.tax_id),
    )


def _line(text: str) -> str:
    line = text.strip()
    if len(line) > LONGEST_DETAIL or not line.isprintable():
        raise Refused("detail_invalid", longest=LONGEST_DETAIL)
    return line
