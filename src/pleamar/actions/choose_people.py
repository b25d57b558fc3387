"""Whom an act is for: people of a partner's customers, ticked one by one or all that a filter means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pleamar.actions.lock_meters import lock_meter
from pleamar.queries.people import MOST_COUNTED, PeopleFilter, PersonRef, people_meant, people_named
from pleamar.queries.scopes import Scope
from pleamar.rules.refusals import Refused

Who: TypeAlias = PeopleFilter | Sequence[str]


def choose_people(partner_id: int, who: Who, *, confirmed: int | None) -> list[PersonRef]:
    """Those with these public ids, or all that the filter means, while this transaction holds the partner's lock.

    They are as many as somebody saw and `confirmed`; None: nobody was asked yet. Refuses `members_nobody`,
    `people_too_many` (most) and `members_changed_meanwhile` (confirmed, found).
    """
    lock_meter(partner_id)
    scope = Scope(partner_id)
    chosen = people_meant(scope, who) if isinstance(who, PeopleFilter) else people_named(scope, partner_id, who)
    if len(chosen) > MOST_COUNTED:
        raise Refused("people_too_many", most=MOST_COUNTED)
    if confirmed is not None and len(chosen) != confirmed:
        raise Refused("members_changed_meanwhile", confirmed=confirmed, found=len(chosen))
    if not chosen:
        raise Refused("members_nobody")
    return chosen


def by_account(chosen: Sequence[PersonRef]) -> dict[int, list[str]]:
    """Account id → the addresses of those chosen in it."""
    emails: dict[int, list[str]] = {}
    for one in chosen:
        emails.setdefault(one.account_id, []).append(one.email)
    return emails
