"""Partners and their accounts: found by name, and listed as they stand now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import F, Sum

from pleamar.models import Account, Card, Invoice, Meter, Partner
from pleamar.queries.scopes import Scope
from pleamar.rules import peak
from pleamar.rules.cycles import cycle_end, is_shadow, local_date
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, member_limit


@dataclass(frozen=True, slots=True)
class FoundPartner:
    """A partner, by its name. Zone and currency are those of its next cycle."""

    id: int
    public_id: str
    name: str
    currency: str
    timezone: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account, by its name."""

    id: int
    public_id: str
    partner_id: int
    name: str
    state: str
    model: str
    internal: bool


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """The card in use. `usable` is False when its last charge was refused for good."""

    brand: str
    last4: str
    usable: bool


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """How a partner stands now: its running cycle, seats and peak so far, its card, what it owes by currency.

    `currency` and `timezone` are the running cycle's. `outstanding` has one amount at least. `shadow`: the running
    cycle will only be priced, not invoiced. `ended`: it is closed and the cycle shown was its last.
    """

    name: str
    public_id: str
    currency: str
    timezone: str
    created_at: datetime
    cycle_start: datetime
    cycle_end: datetime
    seats: int
    peak: int
    peak_at: datetime
    card: CardOnFile | None
    outstanding: tuple[Money, ...]
    shadow: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A customer organisation; `seats` are its active members if they are billed.

    `limit` is the least of its limits, None: there is none. A trial has `trial_ends_at` (it has expired once that has
    passed) and may have `activation_due_at`, when it goes live.
    """

    partner: str
    name: str
    public_id: str
    state: str
    model: str
    internal: bool
    active_members: int
    seats: int
    limit: int | None
    trial_ends_at: datetime | None
    activation_due_at: datetime | None
    suspended: bool
    billing_stopped: bool


def find_partner(scope: Scope, name: str) -> FoundPartner:
    """The partner of exactly that name. Refuses `partner_unknown`, also when another scope has it."""
    partner = scope.rows(Partner).filter(name=name).first()
    if partner is None:
        raise Refused("partner_unknown", partner=name)
    return FoundPartner(
        partner.pk, partner.public_id, partner.name, partner.currency, partner.timezone, partner.created_at
    )


def partner_names(scope: Scope) -> dict[int, str]:
    """Partner id → name, of all in scope."""
    return dict(scope.rows(Partner).values_list("pk", "name"))


def find_account(scope: Scope, partner_id: int, name: str) -> FoundAccount:
    """The partner's account of exactly that name. Refuses `account_unknown`."""
    account = scope.rows(Account).filter(partner_id=partner_id, name=name).first()
    if account is None:
        raise Refused("account_unknown", account=name)
    return FoundAccount(
        account.pk, account.public_id, partner_id, account.name, account.state, account.model, account.internal
    )


def partners(scope: Scope, *, now: datetime) -> list[PartnerRow]:
    """The MSPs in scope by name, as they stand at `now`, in three queries. Nothing is written."""
    found = scope.rows(Partner).filter(kind="msp", meter__isnull=False).select_related("meter").order_by("name")
    cards = {card.partner_id: card for card in scope.rows(Card).filter(in_use=True)}
    owed = _owed(scope)
    return [_row(partner, cards.get(partner.pk), owed[partner.pk], now) for partner in found]


def partner_row(scope: Scope, partner_id: int, *, now: datetime) -> PartnerRow:
    """One MSP as it stands at `now`."""
    found = scope.rows(Partner).select_related("meter").get(pk=partner_id)
    card = scope.rows(Card).filter(partner_id=partner_id, in_use=True).first()
    return _row(found, card, _owed(scope)[partner_id], now)


def accounts(scope: Scope, partner_name: str | None = None) -> list[AccountRow]:
    """The accounts in scope, or one partner's, by partner and name. Refuses `partner_unknown`."""
    found = scope.rows(Account)
    if partner_name is not None:
        found = found.filter(partner_id=find_partner(scope, partner_name).id)
    return [
        AccountRow(
            partner=account.partner.name,
            name=account.name,
            public_id=account.public_id,
            state=account.state,
            model=account.model,
            internal=account.internal,
            active_members=account.active_members,
            seats=account.seats,
            limit=member_limit(cast("AccountState", account.state), account.member_limit, account.trial_member_limit),
            trial_ends_at=account.trial_ends_at if account.state == "trial" else None,
            activation_due_at=account.activation_due_at,
            suspended=account.suspended_at is not None,
            billing_stopped=account.billing_stopped_at is not None,
        )
        for account in found.select_related("partner").order_by("partner__name", "name")
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """A meter as it will be once rolled to some moment: the cycles still to be frozen, and the one that runs.

    `timezone` and `currency` are the running cycle's; `ended` says that there is none and `meter` is the last one.
    """

    unfrozen: tuple[peak.EndedCycle, ...]
    meter: peak.Meter
    timezone: str
    currency: str
    ended: bool


def standing(partner: Partner, now: datetime) -> Standing:
    """How the partner, its meter at hand, stands at `now`: rolled in memory, for a read must not wait for a write."""
    kept: Meter = partner.meter
    meter = peak.Meter(
        *(kept.index, kept.starts_at, kept.ends_at, kept.opening, kept.seats, kept.peak, kept.peak_at),
        *(kept.peak_batch_id, kept.mark, kept.last_at),
    )
    if kept.ended or meter.ends_at > now:
        return Standing((), meter, kept.timezone, kept.currency, kept.ended)
    until = meter.ends_at if kept.ends_with_cycle else now
    ended, rolled = peak.roll(meter, until, lambda index: cycle_end(partner.anchor, index, partner.timezone))
    if kept.ends_with_cycle:
        return Standing(tuple(ended), meter, kept.timezone, kept.currency, ended=True)
    return Standing(tuple(ended), rolled, partner.timezone, partner.currency, ended=False)


def running_cycle_day(scope: Scope, partner_id: int, *, now: datetime) -> date:
    """The local day on which the partner's running cycle started: the one that decides its prices (rule M9)."""
    stands = standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now)
    return local_date(stands.meter.starts_at, stands.timezone)


def _owed(scope: Scope) -> defaultdict[int, tuple[Money, ...]]:
    sums = (
        scope.rows(Invoice)
        .filter(state="open")
        .values_list("partner_id", "currency")
        .annotate(owed=Sum(F("total") - F("paid") - F("credited")))
        .order_by("partner_id", "currency")
    )
    owed: defaultdict[int, tuple[Money, ...]] = defaultdict(tuple)
    for partner_id, currency, minor in sums:
        owed[partner_id] += (Money(int(minor), currency),)
    return owed


def _row(partner: Partner, card: Card | None, owed: tuple[Money, ...], now: datetime) -> PartnerRow:
    stands = standing(partner, now)
    meter = stands.meter
    return PartnerRow(
        name=partner.name,
        public_id=partner.public_id,
        currency=stands.currency,
        timezone=stands.timezone,
        created_at=partner.created_at,
        cycle_start=meter.starts_at,
        cycle_end=meter.ends_at,
        seats=meter.seats,
        peak=meter.peak,
        peak_at=meter.peak_at,
        card=CardOnFile(card.brand, card.last4, card.usable) if card else None,
        outstanding=owed or (Money(0, stands.currency),),
        shadow=is_shadow(meter.starts_at, partner.invoiced_from),
        ended=stands.ended,
    )
