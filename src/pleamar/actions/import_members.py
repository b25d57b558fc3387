"""Bring a list of people into an account: everybody on it active, as one batch (rules M6, M15, M19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.lock_account import lock_account
from pleamar.models import Account, Member, SeatLogEntry
from pleamar.ports.clock import Clock
from pleamar.ports.people import Person
from pleamar.queries.account_effects import money_effects
from pleamar.queries.members_preview import known_name
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.directories import refuse_if_suspicious
from pleamar.rules.refusals import Refused
from pleamar.rules.shown import shown_name


@dataclass(frozen=True, slots=True)
class MembersImport:
    """What the import did, or with `preview` would do; then `shown` is a name for who is meant and for the bill."""

    change: SeatChange
    absent: int
    preview: bool
    shown: str = ""


def import_members(
    partner_id: int,
    account_id: int,
    people: Sequence[Person],
    *,
    cause: Cause,
    clock: Clock,
    full_list: bool = False,
    preview: bool = False,
    confirmed_removals: int | None = None,
    shown: str | None = None,
) -> MembersImport:
    """Make everybody in `people` an active member of the account, and keep their names.

    Who is on the account's deny list (rule M19) or does not fit under its limit (M21) stays inactive and is named.
    With `full_list` whoever is not in it becomes inactive, or stays so when billing is resumed (M22). A list that
    would take away all of the active members, or more than 20 of them and more than a fifth, refuses
    `removals_suspicious` unless `confirmed_removals` names their number. With `preview` everything is worked out and
    nothing is kept. Given the name of what a preview has `shown`, it refuses `changed_since_shown` where that is not
    what it does.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id)
        wanted = [Wanted(account_id, person.email, active=True) for person in people]
        present = _present(account) if full_list else []
        absent = _absent(present, people)
        if full_list and not preview:
            refuse_if_suspicious(len(absent), len(present), confirmed=confirmed_removals)
        wanted += [Wanted(account_id, email, active=False) for email in absent]
        is_named = preview or shown is not None
        known = known_name(Scope(partner_id), account_id, [person.email for person in people]) if is_named else ""
        change = change_seats(partner_id, wanted, cause=cause, clock=clock)
        does = _shown(partner_id, known, absent, change, now=change.at or clock()) if is_named else ""
        if shown not in {None, does}:
            raise Refused("changed_since_shown")
        _name(account_id, people)
        transaction.set_rollback(preview)
    return MembersImport(change, len(absent), preview, does)


def _shown(partner_id: int, known: str, absent: Sequence[str], change: SeatChange, *, now: datetime) -> str:
    """By who was `known` before, who is left out, and the bill as it is once all that is done."""
    out = [change.denied, change.over_limit, change.kept_out]
    money = money_effects(Scope(partner_id), partner_id, 0, now=now)
    return shown_name([known, sorted(absent), out, change.seats_before, money.shown])


def _present(account: Account) -> list[str]:
    """Who is active; and while billing is stopped, who is to be again when it is resumed (rule M22)."""
    members = Member.unscoped.filter(account=account)
    if account.billing_stopped_at is None:
        return list(members.filter(active=True).values_list("email", flat=True))
    stopped = SeatLogEntry.unscoped.filter(
        partner_id=account.partner_id,
        at=account.billing_stopped_at,
        batch_id=account.billing_stopped_batch_id,
        account_id=account.pk,
        delta=-1,
    )
    coming_back = members.filter(pk__in=stopped.values("member_id"), hidden_at=None, stays_out=False)
    return list(coming_back.values_list("email", flat=True))


def _absent(present: Sequence[str], people: Sequence[Person]) -> list[str]:
    listed = {person.email for person in people}
    return [email for email in present if email not in listed]


def _name(account_id: int, people: Sequence[Person]) -> None:
    """Write down what the list says of people besides their address; what it leaves empty stays as it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE member SET display_name = coalesce(nullif(new.display_name, ''), member.display_name),
                external_id = coalesce(new.external_id, member.external_id)
            FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (email, display_name, external_id)
            WHERE member.account_id = %s AND member.email = new.email
                AND (member.display_name <> coalesce(nullif(new.display_name, ''), member.display_name)
                     OR member.external_id IS DISTINCT FROM coalesce(new.external_id, member.external_id))
            """,
            [
                [person.email for person in people],
                [person.display_name for person in people],
                [person.external_id for person in people],
                account_id,
            ],
        )
