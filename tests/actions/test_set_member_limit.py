"""How many members of an account may be active, and who goes where there are too many (rule M21)."""

from __future__ import annotations

import pytest

from pleamar.actions.open_account import open_account
from pleamar.actions.set_member_limit import MemberLimit, set_member_limit
from pleamar.models import Account, AuditEvent, Member, Meter, SeatBatch
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from tests.entrypoints.console import everything
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, emails
from tests.fakes.trials import Trials, refused, trials_of

SUE = Cause(actor="sue", means="portal", reason="they bought ten")


@pytest.fixture
def trials(account: Account, clock: SteppedClock) -> Trials:
    """Contoso has 90 active members."""
    return trials_of(account, clock)


def limited(trials: Trials, limit: int | None, account: Account | None = None, **options: bool) -> MemberLimit:
    found = account or trials.contoso
    return set_member_limit(trials.partner_id, found.pk, limit, cause=SUE, clock=trials.clock, **options)


def kept(account: Account) -> int | None:
    return Account.unscoped.values_list("member_limit", flat=True).get(pk=account.pk)


def test_m21_a_limit_is_set_and_lifted_and_each_is_audited_once(trials: Trials) -> None:
    for before, after in ((None, 100), (100, 90), (90, None)):
        for was in (before, after):
            done = limited(trials, after)
            assert (done.before, done.after, done.leaving, done.change) == (was, after, (), None)
        assert kept(trials.contoso) == after
    events = AuditEvent.unscoped.filter(act="set member limit").order_by("pk")
    assert [(event.facts["before"], event.facts["after"]) for event in events] == [(None, 100), (100, 90), (90, None)]
    assert {(event.actor, event.reason, event.subject) for event in events} == {
        ("sue", "they bought ten", trials.contoso.public_id)
    }


def test_m21_the_limit_holds_for_whoever_comes_next(trials: Trials) -> None:
    limited(trials, 92)
    assert trials.joined(trials.contoso, 5, 200).active_members == 92


def test_m21_a_limit_below_the_present_count_is_refused(trials: Trials) -> None:
    told = refused("limit_below_count", lambda: limited(trials, 89))
    assert told.facts == {"account": "Contoso", "limit": 89, "members": 90}


def test_m21_the_preview_names_the_last_in_email_order_and_keeps_nothing(trials: Trials) -> None:
    before = everything()
    done = limited(trials, 87, preview=True)
    assert (done.leaving, done.preview, done.before) == (tuple(emails(3, 87)), True, None)
    assert done.change is not None
    assert (done.change.seats_after, done.change.peak) == (87, 90)
    assert everything() == before


def test_m21_those_too_many_become_inactive_in_one_batch_with_the_new_limit(trials: Trials) -> None:
    batches = SeatBatch.unscoped.count()
    done = limited(trials, 80, deactivate=True)
    assert done.leaving == tuple(emails(10, 80))
    assert SeatBatch.unscoped.count() == batches + 1
    assert list(
        Member.unscoped.filter(account=trials.contoso, active=False).order_by("email").values_list("email", flat=True)
    ) == emails(10, 80)
    assert (kept(trials.contoso), Meter.unscoped.values_list("seats", "peak").get()) == (80, (80, 90))
    assert AuditEvent.unscoped.get(act="set member limit").facts["deactivated"] == 10
    assert check_books(EVERYTHING) == []


def test_m21_with_a_limit_of_nought_nobody_is_active(trials: Trials) -> None:
    assert len(limited(trials, 0, deactivate=True).leaving) == 90
    assert trials.joined(trials.contoso, 1).active_members == 0


@pytest.mark.parametrize("limit", [-1, 1_000_001])
def test_m21_what_is_no_limit_is_refused(trials: Trials, limit: int) -> None:
    refused("limit_out_of_range", lambda: limited(trials, limit, deactivate=True))


def test_m20_m21_a_trial_s_own_limit_stays_beside_it(trials: Trials) -> None:
    limited(trials, 60, trials.fabrikam)
    assert trials.joined(trials.fabrikam, 70, 100).active_members == 50
    limited(trials, 40, trials.fabrikam, deactivate=True)
    assert trials.joined(trials.fabrikam, 70, 300).active_members == 40


def test_m26_the_internal_account_s_limit_is_staff_s_and_it_always_has_one(trials: Trials) -> None:
    staff = open_account(
        trials.partner_id, "Own staff", cause=TESTER, clock=trials.clock, internal=True, member_limit=5
    )
    refused("internal_limit_is_staffs", lambda: limited(trials, 9, staff))
    refused("internal_account_needs_limit", lambda: limited(trials, None, staff, by_staff=True))
    assert limited(trials, 9, staff, by_staff=True).after == 9


def test_a01_an_annual_account_s_limit_is_its_contract_s(trials: Trials) -> None:
    Account.unscoped.filter(pk=trials.tailspin.pk).update(model="annual")
    refused("limit_is_contracts", lambda: limited(trials, 9, trials.tailspin, by_staff=True))


def test_m21_an_account_of_somebody_else_is_unknown(trials: Trials) -> None:
    trials.contoso.pk = 0
    refused("account_unknown", lambda: limited(trials, 9))
