"""The gate that every activation passes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.actions.open_account import open_account
from pleamar.models import Account, BillingRecipient, DenyEntry, Member, OutboxMessage, Partner, SeatBatch
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def _deny(account: Account, pattern: str, like: str | None = None) -> None:
    DenyEntry.unscoped.create(
        partner_id=account.partner_id, account=account, pattern=pattern, like=like, added_at=NOW, added_by="tester"
    )


def _active(account: Account) -> list[str]:
    return sorted(Member.unscoped.filter(account=account, active=True).values_list("email", flat=True))


def test_m19_nothing_activates_who_is_on_the_deny_list(account: Account, clock: SteppedClock) -> None:
    _deny(account, "user00001@example.com")
    _deny(account, "svc-*@example.com", "svc-%@example.com")
    wanted = active(account.pk, [*emails(3), "svc-printer@example.com"])
    change = change_seats(account.partner_id, wanted, cause=TESTER, clock=clock)
    denied = ["svc-printer@example.com", "user00001@example.com"]
    assert change.denied == tuple((account.pk, email) for email in denied)
    assert (_active(account), change.seats_after) == (["user00000@example.com", "user00002@example.com"], 2)
    assert not Member.unscoped.filter(email__in=denied).exists()


def test_m19_a_deny_list_is_its_account_s_own_and_lets_people_go(account: Account, clock: SteppedClock) -> None:
    other = open_account(account.partner_id, "Fabrikam", cause=TESTER, clock=clock)
    change_seats(account.partner_id, active(account.pk, emails(1)), cause=TESTER, clock=clock)
    _deny(account, "*@example.com", "%@example.com")
    moved = change_seats(
        account.partner_id, inactive(account.pk, emails(1)) + active(other.pk, emails(1)), cause=TESTER, clock=clock
    )
    assert (moved.activated, moved.deactivated, moved.denied) == (1, 1, ())


def test_m21_whom_the_deny_list_keeps_out_takes_no_place_under_the_limit(account: Account, clock: SteppedClock) -> None:
    Account.unscoped.filter(pk=account.pk).update(member_limit=2)
    _deny(account, "user00000@example.com")
    change = change_seats(account.partner_id, active(account.pk, emails(4)), cause=TESTER, clock=clock)
    assert _active(account) == ["user00001@example.com", "user00002@example.com"]
    assert change.over_limit == ((account.pk, "user00003@example.com"),)


def test_m20_a_trial_has_a_limit_of_its_own_that_goes_with_its_activation(
    partner: Partner, clock: SteppedClock
) -> None:
    trial = open_account(partner.pk, "Fabrikam", cause=TESTER, clock=clock, state="trial")
    Account.unscoped.filter(pk=trial.pk).update(trial_member_limit=2, member_limit=4)
    as_trial = change_seats(partner.pk, active(trial.pk, emails(5)), cause=TESTER, clock=clock)
    assert (as_trial.activated, len(as_trial.over_limit)) == (2, 3)
    together = change_seats(
        partner.pk, active(trial.pk, emails(5)), states={trial.pk: "live"}, cause=TESTER, clock=clock
    )
    assert (together.activated, together.seats_after, len(together.over_limit)) == (2, 4, 1)


def test_m22_nobody_is_made_active_where_billing_was_stopped(account: Account, clock: SteppedClock) -> None:
    Account.unscoped.filter(pk=account.pk).update(billing_stopped_at=NOW)
    with pytest.raises(Refused, match="account_billing_stopped"):
        change_seats(account.partner_id, active(account.pk, emails(1)), cause=TESTER, clock=clock)
    resumed = change_seats(
        account.partner_id, active(account.pk, emails(1)), cause=TESTER, clock=clock, resuming=account.pk
    )
    assert resumed.activated == 1


def _told() -> list[tuple[str, dict[str, object]]]:
    return list(OutboxMessage.unscoped.order_by("id").values_list("recipient", "facts"))


def test_m21_a_full_account_is_told_of_once_a_cycle(account: Account, clock: SteppedClock) -> None:
    Account.unscoped.filter(pk=account.pk).update(member_limit=1)
    for email in ("kim@example.com", "finance@example.com"):
        BillingRecipient.unscoped.create(partner_id=account.partner_id, email=email, added_at=NOW)

    def fill() -> SeatChange:
        return change_seats(account.partner_id, active(account.pk, emails(3)), cause=TESTER, clock=clock)

    fill()
    fill()
    facts = {"account": "Contoso", "limit": 1, "refused": 2}
    assert sorted(_told(), key=str) == [("finance@example.com", facts), ("kim@example.com", facts)]
    clock.set(datetime(2026, 12, 1, tzinfo=UTC))
    fill()
    assert len(_told()) == 4


def test_a_batch_remembers_the_seats_after_it(account: Account, clock: SteppedClock) -> None:
    trial = open_account(account.partner_id, "Fabrikam", cause=TESTER, clock=clock, state="trial")
    change_seats(account.partner_id, active(account.pk, emails(5)), cause=TESTER, clock=clock)
    change_seats(account.partner_id, active(trial.pk, emails(3)), cause=TESTER, clock=clock)
    change_seats(
        account.partner_id,
        inactive(account.pk, emails(1)) + active(trial.pk, emails(1, start=7)),
        states={trial.pk: "live"},
        cause=TESTER,
        clock=clock,
    )
    change_seats(account.partner_id, [], states={account.pk: "closed"}, cause=TESTER, clock=clock)
    change_seats(account.partner_id, inactive(account.pk, emails(2)), cause=TESTER, clock=clock)
    batches = SeatBatch.unscoped.order_by("at")
    assert list(batches.values_list("seats_after", flat=True)) == [0, 0, 5, 5, 8, 4, 4]


def test_an_account_without_a_deny_list_or_a_limit_costs_no_question(
    account: Account, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate of an account without rules of its own asks the database nothing."""

    def no_cursor() -> None:
        raise AssertionError

    monkeypatch.setattr("pleamar.actions.admit_members.quick_cursor", no_cursor)
    change = change_seats(account.partner_id, active(account.pk, emails(5)), cause=TESTER, clock=clock)
    assert change.activated == 5
