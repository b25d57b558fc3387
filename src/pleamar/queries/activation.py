"""What activating trials would do to their partner's bill, read from the rows as they stand (rule M20)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.db.models import Q

from pleamar.models import Account, Partner
from pleamar.queries.partners import Standing, standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.cycles import cycle_end, is_shadow, local_date
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel
from pleamar.rules.trials import ActivationPreview, Candidate, CountedCycle, When, activation, days_until


def activation_preview(
    scope: Scope, partner_id: int, account_ids: Collection[int], *, when: When, now: datetime
) -> ActivationPreview:
    """One preview of all these accounts of the partner, for they are activated as one batch. Nothing is written.

    With "next_cycle" the figures are those of the cycle to come: what is scheduled already goes live with it. Refuses
    `activation_of_none`, `account_unknown`, `partner_closed`, `price_book_missing` and what
    `rules.trials.activation` does.
    """
    if not account_ids:
        raise Refused("activation_of_none")
    accounts = _accounts(scope, partner_id, account_ids)
    for missing in sorted(set(account_ids) - {account.id for account in accounts}):
        raise Refused("account_unknown", account=missing)
    partner = scope.rows(Partner).select_related("meter").get(pk=partner_id)
    if partner.meter.ends_with_cycle:
        raise Refused("partner_closed")
    stands = standing(partner, now)
    cycle, currency = _counted(partner, stands, when)
    day = local_date(cycle.starts_at, cycle.timezone)
    version = price_books(scope, [partner_id]).applicable(partner_id, currency, day)
    if version is None:
        raise Refused("price_book_missing", currency=currency)
    asked = [account for account in accounts if account.id in set(account_ids)]
    waiting = sum(account.members for account in accounts if account.state == "trial" and account.due_at)
    seats, peak = stands.meter.seats, stands.meter.peak
    if when == "next_cycle":
        seats = peak = seats + waiting
    return activation(
        cycle,
        asked,
        when=when,
        seats=seats,
        peak=peak,
        version=version,
        days_left=days_until(stands.meter.ends_at, now=now, timezone=stands.timezone),
    )


def _accounts(scope: Scope, partner_id: int, account_ids: Collection[int]) -> list[Candidate]:
    """Those asked about, and the partner's others that are to go live with the next cycle."""
    found = scope.rows(Account).filter(partner_id=partner_id)
    return [
        Candidate(
            account.pk,
            account.name,
            cast("BillingModel", account.model),
            cast("AccountState", account.state),
            internal=account.internal,
            members=account.active_members,
            due_at=account.activation_due_at,
            suspended=account.suspended_at is not None,
        )
        for account in found.filter(Q(pk__in=account_ids) | Q(activation_due_at__isnull=False))
    ]


def _counted(partner: Partner, stands: Standing, when: When) -> tuple[CountedCycle, str]:
    """The cycle in which it would begin to count, and the currency in which that one is billed."""
    meter = stands.meter
    index, starts_at, ends_at = meter.index, meter.starts_at, meter.ends_at
    timezone, currency = stands.timezone, stands.currency
    if when == "next_cycle":
        index, starts_at, timezone, currency = index + 1, ends_at, partner.timezone, partner.currency
        ends_at = cycle_end(partner.anchor, index, timezone)
    shadow = is_shadow(starts_at, partner.invoiced_from)
    return CountedCycle(index, starts_at, ends_at, timezone, shadow), currency
