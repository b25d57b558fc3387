"""Write down how partners stand, with the mails and the audit trail of what became of them (rule M14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pleamar.actions.record_act import Act, record_acts
from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import Standing as KeptStanding
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.arrears import Arrears
from pleamar.rules.causes import Cause
from pleamar.rules.standing import Policy, Standing, Step, days_overdue, suspends_at

_KEPT: Final = (
    "state",
    "overdue_since",
    "warned_days",
    "suspension_proposed_at",
    "suspended_at",
    "changed_at",
)
# What was done, and why.
_ACTS: Final = {
    "payment_overdue": ("warn partner", "its payment is overdue"),
    "suspension_proposed": ("propose suspension", "its payment is overdue for as long as the policy allows"),
    "access_suspended": ("suspend partner", "its payment is overdue for as long as the policy allows"),
    "access_restored": ("restore partner", "nothing of it is overdue any more"),
}
_DECLINED: Final = ("decline suspension", "")
_NOTHING: Final = ("", "")
_WITHDRAWN: Final = ("withdraw suspension proposal", "it is not overdue for as long any more")
_CHANGED: Final = ("change standing", "its payment is overdue, or is not any more")


class Taken(NamedTuple):
    """A partner and the step that it takes. `cause` is the people's whose act it is; None for the calendar's."""

    arrears: Arrears
    step: Step
    cause: Cause | None = None


def write_standings(taken: Sequence[Taken], policy: Policy, *, now: datetime, jobs: Jobs = NOBODY) -> None:
    """Keep the steps, tell of them and audit them; a few statements, however many they are.

    The caller holds the partners' locks and found the facts under them. A step that changes nothing is not kept or
    audited, but it may tell something again: a mail that is written already is not written twice.
    """
    changed = [one for one in taken if one.step.after != one.arrears.before]
    KeptStanding.unscoped.bulk_create(
        (
            KeptStanding(partner_id=one.arrears.partner_id, **{name: getattr(one.step.after, name) for name in _KEPT})
            for one in changed
        ),
        update_conflicts=True,
        unique_fields=["partner"],
        update_fields=_KEPT,
    )
    write_messages([told for one in taken if (told := _telling(one, policy, now))], now=now, jobs=jobs)
    _record(changed, now)


def proposal_key(arrears: Arrears, proposed: Standing) -> str:
    """The key of the mail that asks staff about a suspension, one for each time that it is proposed."""
    return f"suspension_proposed:{arrears.public_id}:{_iso(proposed.suspension_proposed_at)}"


def _telling(taken: Taken, policy: Policy, now: datetime) -> Telling | None:
    """The mail of a step. Its key names the run and the step, so that each is told once, whoever takes it."""
    arrears, after, tell = taken.arrears, taken.step.after, taken.step.tell
    since = arrears.facts.overdue_since
    if tell == "access_restored" and arrears.before is not None:
        return Telling(arrears.partner_id, tell, f"{tell}:{arrears.public_id}:{_iso(arrears.before.suspended_at)}", {})
    if tell is None or since is None:
        return None
    run = f"{tell}:{arrears.oldest}:{_iso(since)}"
    facts: dict[str, str | int] = {"amounts": _amounts(arrears), "since": _iso(since)}
    if tell == "payment_overdue":
        facts["days"] = days_overdue(since, now)
        facts["suspends_at"] = _iso(suspends_at(since, after, policy))
        facts["why"] = "declined" if arrears.facts.has_card else "no_card"
        again = arrears.next_attempt if arrears.facts.has_usable_card else None
        facts["next_attempt"] = _iso(again) if again is not None and again > now else ""
        return Telling(arrears.partner_id, tell, f"{run}:{after.warned_days}", facts)
    if tell == "suspension_proposed":
        # It is not for the partner's eyes. A seller without an address sees it on the console's list, and is mailed by
        # the first review after it has one.
        facts["partner"] = arrears.partner
        return (
            Telling(arrears.partner_id, tell, proposal_key(arrears, after), facts, arrears.staff)
            if arrears.staff
            else None
        )
    return Telling(arrears.partner_id, tell, run, facts)


def _record(taken: Sequence[Taken], now: datetime) -> None:
    """Who never was overdue does not stand in the audit trail for having a card or none."""
    acts: defaultdict[Cause, list[Act]] = defaultdict(list)
    for one in taken:
        name, reason = _named(one)
        if name:
            cause = one.cause or Cause("pleamar", "review standings", reason=reason)
            acts[cause].append(Act(name, one.arrears.public_id, one.arrears.partner_id, _facts(one)))
    for cause, same in acts.items():
        record_acts(same, cause=cause, at=now)


def _named(taken: Taken) -> tuple[str, str]:
    """The act and its reason; empty where there is nothing to keep of it."""
    before, (after, tell) = taken.arrears.before, (taken.step.after, taken.step.tell)
    if tell is not None:
        return _ACTS[tell]
    was_overdue, is_overdue = before is not None and before.overdue_since is not None, after.overdue_since is not None
    if was_overdue != is_overdue:
        return _CHANGED
    if before is not None and before.suspension_proposed_at is not None and after.suspension_proposed_at is None:
        return _WITHDRAWN if taken.cause is None else _DECLINED
    return _NOTHING


def _facts(taken: Taken) -> dict[str, str | int | None]:
    before, after = taken.arrears.before, taken.step.after
    return {
        "before": before.state if before is not None else None,
        "after": after.state,
        "overdue_since": _iso(after.overdue_since),
        "warned_days": after.warned_days,
        "amounts": _amounts(taken.arrears),
    }


def _amounts(arrears: Arrears) -> str:
    """`12300 USD 4500 EUR`: in minor units."""
    return " ".join(f"{owed.minor} {owed.currency}" for owed in arrears.overdue)


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
