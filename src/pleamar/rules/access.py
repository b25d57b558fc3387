"""May this member sign in, may it be sent material, which features has it: the one question asked at run time (E1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel

Reason: TypeAlias = Literal[
    "member_unknown",
    "member_inactive",
    "on_deny_list",
    "trial_expired",
    "account_suspended",
    "account_closed",
    "partner_suspended",
    "contract_ended",
    "feature_not_bought",
]
# The order in which they are told: from the person outwards.
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

MemberState: TypeAlias = Literal["unknown", "inactive", "active"]


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """All that decides it, as it is written down.

    `trial_ends_at` None: a trial without an end. `partner_suspended` is the partner's standing (rule M14).
    `contract_ends_at` (None: there is no contract) and `features_bought` are an annual account's (rule A8).
    """

    member: MemberState
    on_deny_list: bool
    model: BillingModel
    state: AccountState
    trial_ends_at: datetime | None
    account_suspended: bool
    partner_suspended: bool
    contract_ends_at: datetime | None = None
    features_bought: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Access:
    """The answer. `reasons` are all that stand against it, in the order of `REASONS`; `features` are those it has.

    `material`: mail, simulations, courses, whatever the product sends of itself; if a feature was asked about, its.
    """

    sign_in: bool
    material: bool
    features: tuple[str, ...]
    reasons: tuple[Reason, ...]


def access(facts: AccessFacts, *, features: Sequence[str], now: datetime, feature: str | None = None) -> Access:
    """What the member may do at `now` (rules E1, E2, M10, M14, M19, M20, M22).

    `features` are the product's, in its order. Dates decide, not whether anybody has come round to them: a trial is
    over at its end. A feature that was not bought is no reason against signing in. Refuses `feature_unknown`.
    """
    if feature is not None and feature not in features:
        raise Refused("feature_unknown", feature=feature, known=", ".join(features))
    bought = (
        tuple(features) if facts.model == "monthly" else tuple(one for one in features if one in facts.features_bought)
    )
    against = _against(facts, now)
    missing = feature is not None and feature not in bought
    let_in = not any(against.values())
    return Access(
        sign_in=let_in,
        material=let_in and not missing,
        features=bought if let_in else (),
        reasons=tuple(reason for reason in REASONS if {**against, "feature_not_bought": missing}[reason]),
    )


def _against(facts: AccessFacts, now: datetime) -> dict[Reason, bool]:
    """Every reason against signing in, and whether it holds. A partner's standing never touches annual accounts."""
    annual = facts.model == "annual"
    return {
        "member_unknown": facts.member == "unknown",
        "member_inactive": facts.member == "inactive",
        "on_deny_list": facts.on_deny_list,
        "trial_expired": facts.state == "trial" and facts.trial_ends_at is not None and facts.trial_ends_at <= now,
        "account_suspended": facts.account_suspended,
        "account_closed": facts.state == "closed",
        "partner_suspended": facts.partner_suspended and not annual,
        "contract_ended": annual and (facts.contract_ends_at is None or facts.contract_ends_at <= now),
    }
