"""May this member sign in, may it be sent material, which features (rules E1, E2, M10, M14, M20, M22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.access import REASONS, Access, AccessFacts, MemberState, Reason, access
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import ACCOUNT_STATES, BillingModel

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FEATURES = ("Training", "Phishing", "Breaches", "Policies")
EVERYTHING = Access(sign_in=True, material=True, features=FEATURES, reasons=())

ANA = AccessFacts(
    member="active",
    on_deny_list=False,
    model="monthly",
    state="live",
    trial_ends_at=None,
    account_suspended=False,
    partner_suspended=False,
)
ANNUAL = replace(ANA, model="annual", contract_ends_at=NOW + TICK, features_bought=frozenset({"Phishing", "Training"}))
# What makes each reason hold, alone.
AGAINST: list[tuple[Reason, AccessFacts]] = [
    ("member_unknown", replace(ANA, member="unknown")),
    ("member_inactive", replace(ANA, member="inactive")),
    ("on_deny_list", replace(ANA, on_deny_list=True)),
    ("trial_expired", replace(ANA, state="trial", trial_ends_at=NOW)),
    ("account_suspended", replace(ANA, account_suspended=True)),
    ("account_closed", replace(ANA, state="closed")),
    ("partner_suspended", replace(ANA, partner_suspended=True)),
    ("contract_ended", replace(ANNUAL, contract_ends_at=NOW)),
]


def asked(facts: AccessFacts, feature: str | None = None) -> Access:
    return access(facts, features=FEATURES, now=NOW, feature=feature)


def test_m10_an_active_member_of_a_monthly_customer_has_everything() -> None:
    assert asked(ANA) == EVERYTHING
    assert asked(ANA, "Policies") == EVERYTHING


@pytest.mark.parametrize(("reason", "facts"), AGAINST, ids=[reason for reason, _ in AGAINST])
def test_e01_e02_one_reason_is_enough_to_be_let_in_nowhere_and_sent_nothing(reason: Reason, facts: AccessFacts) -> None:
    assert asked(facts) == Access(sign_in=False, material=False, features=(), reasons=(reason,))


def test_e01_every_reason_is_told_in_a_fixed_order() -> None:
    worst = replace(
        ANNUAL, member="unknown", on_deny_list=True, state="closed", account_suspended=True, contract_ends_at=None
    )
    assert asked(worst, "Policies").reasons == (
        *("member_unknown", "on_deny_list", "account_suspended", "account_closed", "contract_ended"),
        "feature_not_bought",
    )
    trying = replace(
        ANA,
        member="inactive",
        on_deny_list=True,
        state="trial",
        trial_ends_at=NOW,
        account_suspended=True,
        partner_suspended=True,
    )
    assert asked(trying).reasons == (
        *("member_inactive", "on_deny_list", "trial_expired", "account_suspended", "partner_suspended"),
    )


@pytest.mark.parametrize(("left", "expired"), [(TICK, False), (timedelta(0), True), (-TICK, True)])
def test_m20_a_trial_is_over_at_its_end_to_the_microsecond(left: timedelta, *, expired: bool) -> None:
    trial = replace(ANA, state="trial", trial_ends_at=NOW + left)
    assert ("trial_expired" in asked(trial).reasons) is expired
    assert asked(trial).sign_in is not expired


def test_m20_a_trial_s_end_means_nothing_once_it_is_live() -> None:
    assert asked(replace(ANA, trial_ends_at=NOW - timedelta(days=100))) == EVERYTHING
    assert asked(replace(ANA, state="trial")) == EVERYTHING  # one that was brought from elsewhere, without an end


def test_m14_an_annual_customer_is_never_touched_by_the_partner_s_standing() -> None:
    assert asked(replace(ANNUAL, partner_suspended=True)) == asked(ANNUAL)
    assert asked(ANNUAL).sign_in


def test_a08_an_annual_customer_has_just_the_features_it_bought_in_the_product_s_order() -> None:
    assert asked(ANNUAL).features == ("Training", "Phishing")
    assert asked(ANNUAL, "Phishing").reasons == ()
    assert asked(ANNUAL, "Policies") == Access(
        sign_in=True, material=False, features=("Training", "Phishing"), reasons=("feature_not_bought",)
    )


def test_e01_an_annual_customer_without_a_running_contract_is_let_in_nowhere() -> None:
    for contract_ends_at in (None, NOW, NOW - TICK):
        assert asked(replace(ANNUAL, contract_ends_at=contract_ends_at)).reasons == ("contract_ended",)


@pytest.mark.parametrize("feature", ["", "training", "Phishing ", "uPhish"])
def test_e01_a_feature_that_the_product_lacks_is_refused_with_those_it_has(feature: str) -> None:
    with pytest.raises(Refused, match="feature_unknown") as caught:
        asked(ANA, feature)
    assert caught.value.facts == {"feature": feature, "known": "Training, Phishing, Breaches, Policies"}


def test_every_reason_has_its_place() -> None:
    assert get_args(Reason) == REASONS
    assert {reason for reason, _ in AGAINST} == set(REASONS) - {"feature_not_bought"}


def yes_or_no(facts: AccessFacts) -> bool:
    """The rules once more, in the words in which they are written: who may sign in."""
    if facts.on_deny_list or facts.member != "active" or facts.account_suspended:
        return False
    if facts.model == "annual":
        return facts.state != "closed" and facts.contract_ends_at is not None and facts.contract_ends_at > NOW
    if facts.partner_suspended:
        return False
    return facts.state == "live" or (
        facts.state == "trial" and (facts.trial_ends_at is None or facts.trial_ends_at > NOW)
    )


MODELS: tuple[BillingModel, ...] = ("monthly", "annual")
moments = st.none() | st.sampled_from([NOW - TICK, NOW, NOW + TICK])
worlds = st.builds(
    AccessFacts,
    member=st.sampled_from(get_args(MemberState)),
    on_deny_list=st.booleans(),
    model=st.sampled_from(MODELS),
    # An annual customer's term is its contract's; a trial is a monthly one's.
    state=st.just("live"),
    trial_ends_at=moments,
    account_suspended=st.booleans(),
    partner_suspended=st.booleans(),
    contract_ends_at=moments,
    features_bought=st.frozensets(st.sampled_from(FEATURES)),
)


@given(worlds, st.sampled_from(list(product(MODELS, ACCOUNT_STATES))), st.none() | st.sampled_from(FEATURES))
def test_e01_the_answer_agrees_with_its_reasons(world: AccessFacts, kind: tuple[Any, Any], feature: str | None) -> None:
    model, state = kind
    facts = replace(world, model=model, state="live" if model == "annual" and state == "trial" else state)
    answer = asked(facts, feature)
    assert answer.sign_in is yes_or_no(facts)
    assert answer.sign_in is (set(answer.reasons) <= {"feature_not_bought"})
    assert answer.material is (answer.reasons == ())
    assert list(answer.reasons) == sorted(set(answer.reasons), key=REASONS.index)
    assert bool(answer.features) <= answer.sign_in
