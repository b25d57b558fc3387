"""Everything that the payment page tells, gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pleamar.entrypoints.portal.payment.past_due import past_due
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.charge_history import ChargeLine, charge_count, charge_lines, charges_under_way
from pleamar.queries.forecast import peak_forecast
from pleamar.queries.outstanding import outstanding
from pleamar.queries.partner_credit import partner_credit
from pleamar.queries.payment_card import payment_card
from pleamar.rules.charging import LONGEST_ACTION
from pleamar.wiring.links import payment_path
from pleamar.wording.charge_words import ChargeWords, charge_words
from pleamar.wording.declines import decline_reason
from pleamar.wording.paging import ROWS, page_number, paged

_USES: Final = 5
_SHOWN_INVOICES: Final = 12


@dataclass(frozen=True, slots=True)
class ToldCharge:
    """A charge with its words. `why` it was declined; `confirm`: the address where its cardholder confirms it."""

    line: ChargeLine
    words: ChargeWords
    why: str
    confirm: str
    until: datetime | None


def overview(viewer: Viewer, page: str) -> dict[str, Any]:
    """The facts of the page, with that page of the charges; a constant number of queries."""
    scope, partner_id, now = viewer.scope, viewer.partner_id, viewer.now
    owed = outstanding(scope, partner_id)
    card = payment_card(scope, partner_id, timezone=viewer.zone, now=now)
    number = paged(page_number(page), charge_count(scope, partner_id), kept={})
    lines = charge_lines(scope, partner_id, first=number.first, rows=ROWS)
    moving = told_charges(charges_under_way(scope, partner_id))
    works = card is not None and card.usable and not card.expired
    forecast = peak_forecast(scope, viewer.partner, now=now)
    return {
        "owed": owed,
        "retried": owed.retry if works and owed.retry and owed.retry.at <= forecast.cycle_end else None,
        "shown_invoices": owed.invoices[:_SHOWN_INVOICES],
        "more_invoices": len(owed.invoices) - _SHOWN_INVOICES,
        "card": card,
        "card_declined": decline_reason(card.declined_because) if card and card.declined_because else "",
        "card_works": works,
        "past_due": past_due(viewer),
        "forecast": forecast,
        "credit": partner_credit(scope, partner_id, most=_USES),
        "charges": told_charges(lines),
        "moving": [one for one in moving if one.line.is_moving],
        "waiting": [one for one in moving if one.line.state == "action_required"],
        "page": number,
        "changes": viewer.may("manage_billing"),
        "looks": 0,
    }


def told_charges(lines: Sequence[ChargeLine]) -> list[ToldCharge]:
    """Each with its words."""
    return [_told(line) for line in lines]


def _told(line: ChargeLine) -> ToldCharge:
    waits = line.state == "action_required"
    return ToldCharge(
        line=line,
        words=charge_words(line.state, decline_class=line.decline_class, disputed=line.disputed),
        why=decline_reason(line.decline_code) if line.decline_class in ("soft", "hard") else "",
        confirm=payment_path(line.public_id) if waits else "",
        until=line.action_since + LONGEST_ACTION if waits and line.action_since else None,
    )
