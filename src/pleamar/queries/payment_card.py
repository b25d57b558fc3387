"""The card that a partner pays with, as its owner sees it: until when it is good, and why it works no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pleamar.models import Card, CardSetup, Charge
from pleamar.queries.scopes import Scope
from pleamar.queries.settings import current_settings


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """What may be shown of it. `month` is the first day of its last month; `expired`: that is over.

    `expires_soon` says what the mail about it says, by the vendor's setting. `usable` is False once a charge was
    declined for good, for the reason in `declined_because` (empty where it is not known).
    """

    brand: str
    last4: str
    month: date
    expires_soon: bool
    expired: bool
    usable: bool
    declined_because: str
    added_at: datetime


class CardPage(NamedTuple):
    """The provider's id of a page (None until it was answered), and `open`, `complete` or `expired`, as is known."""

    reference: str | None
    state: str


def payment_card(scope: Scope, partner_id: int, *, timezone: str, now: datetime) -> PaymentCard | None:
    """The card on file; None where there is none. At most three queries."""
    card = scope.rows(Card).filter(partner_id=partner_id, in_use=True).first()
    if card is None:
        return None
    month = date(card.expires_year, card.expires_month, 1)
    over = _first_moment_after(month, timezone)
    ahead = timedelta(days=current_settings().card_expiry_notice_days)
    declined = ""
    if not card.usable:
        hard = scope.rows(Charge).filter(card=card, decline_class__in=("soft", "hard"))
        declined = hard.order_by("-planned_at", "-pk").values_list("decline_code", flat=True).first() or ""
    return PaymentCard(
        brand=card.brand,
        last4=card.last4,
        month=month,
        expires_soon=now < over <= now + ahead,
        expired=over <= now,
        usable=card.usable,
        declined_because=declined,
        added_at=card.added_at,
    )


def _first_moment_after(month: date, timezone: str) -> datetime:
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return datetime(following.year, following.month, 1, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def last_card_page(scope: Scope, partner_id: int, provider: str) -> CardPage | None:
    """The newest page that was opened at this provider for the partner to enter a card on; None: there was none."""
    opened = scope.rows(CardSetup).filter(partner_id=partner_id, provider=provider).order_by("-pk").first()
    return None if opened is None else CardPage(opened.provider_reference, opened.state)


def is_card_page(scope: Scope, partner_id: int, provider: str, reference: str) -> bool:
    """Whether a page of that id was opened for this partner, whatever became of it."""
    if "\x00" in reference:
        return False
    opened = scope.rows(CardSetup).filter(partner_id=partner_id, provider=provider)
    return opened.filter(provider_reference=reference).exists()
