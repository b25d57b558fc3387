"""How a partner stands with payment, against a simulation that looks at every day (rules M13, M14 and M27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pleamar.rules.settings import Settings
from pleamar.rules.standing import (
    Facts,
    NextStep,
    Policy,
    Standing,
    Step,
    next_step,
    spared,
    step,
    suspended,
    suspends_at,
)
from tests.fakes.looked_at import AUTOMATIC, BY_STAFF, CARDLESS, CHARGING, ISSUED, OWING, PAID, Told, day

# --- the table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (PAID, "good"),
        (CARDLESS, "no_card"),
        (replace(CARDLESS, has_card=True), "no_card"),
        (OWING, "past_due"),
        (replace(OWING, has_usable_card=True, has_card=True), "past_due"),
        (replace(CHARGING), "good"),
    ],
)
def test_m13_m14_how_a_partner_stands_that_was_never_looked_at(facts: Facts, state: str) -> None:
    assert step(facts, None, AUTOMATIC, ISSUED).after.state == state


def test_m13_a_new_partner_without_a_card_that_owes_nothing_is_told_nothing() -> None:
    partner = Told()
    assert partner.days(CARDLESS, range(100)) == []
    assert partner.standing == Standing("no_card", day(0))


def test_m14_warned_on_days_0_7_and_21_and_suspended_on_day_30() -> None:
    assert Told().days(OWING, range(60), hours=3) == [
        (0, "payment_overdue", 0),
        (7, "payment_overdue", 7),
        (21, "payment_overdue", 21),
        (30, "access_suspended", None),
    ]


def test_m14_by_staff_it_is_proposed_once_on_day_30_and_nothing_happens_by_itself() -> None:
    partner = Told(BY_STAFF)
    assert partner.days(OWING, range(300))[-1] == (30, "suspension_proposed", None)
    assert partner.standing is not None
    assert (partner.standing.state, partner.standing.suspension_proposed_at) == ("past_due", day(30))
    assert next_step(partner.standing, BY_STAFF) == NextStep("approval", None)


def test_m14_not_a_moment_before_a_day_is_full() -> None:
    partner = Told()
    partner.look(OWING, ISSUED)
    almost = timedelta(microseconds=1)
    for number in (7, 21, 30):
        assert partner.look(OWING, day(number) - almost).tell is None
        assert partner.look(OWING, day(number)).tell is not None


@pytest.mark.parametrize("number", [0, 5, 25, 30, 200])
def test_m14_lifted_at_once_when_nothing_overdue_remains(number: int) -> None:
    partner = Told()
    partner.days(OWING, range(number + 1))
    was_suspended = partner.standing is not None and partner.standing.state == "suspended"
    assert was_suspended == (number >= 30)
    lifted = partner.look(PAID, day(number, hours=1))
    assert lifted == Step(Standing("good", day(number, hours=1)), "access_restored" if was_suspended else None)
    assert partner.look(PAID, day(number, hours=2)) == Step(lifted.after), "told once"


def test_m14_after_it_was_paid_the_next_arrears_begin_at_nought() -> None:
    partner = Told()
    partner.days(OWING, range(31))
    partner.look(CARDLESS, day(40))
    later = replace(OWING, overdue_since=day(59))
    assert partner.days(later, range(59, 90)) == [
        *((59, "payment_overdue", 0), (66, "payment_overdue", 7), (80, "payment_overdue", 21)),
        (89, "access_suspended", None),
    ]


# --- a charge under way ------------------------------------------------------------------------------------------


def test_m14_an_invoice_that_is_being_charged_neither_ages_nor_lifts() -> None:
    partner = Told()
    partner.days(OWING, range(21))
    kept = partner.standing
    assert partner.days(CHARGING, range(21, 60)) == []
    assert partner.standing == kept
    suspended_one = Told(standing=suspended(Standing("past_due", ISSUED, ISSUED, 21), day(30)))
    assert suspended_one.look(CHARGING, day(31)) == Step(suspended(Standing("past_due", ISSUED, ISSUED, 21), day(30)))


def test_m14_a_charge_that_fails_goes_on_where_it_was() -> None:
    partner = Told()
    partner.days(OWING, range(8))
    partner.days(CHARGING, range(8, 15))
    assert partner.days(OWING, range(15, 31))[0] == (21, "payment_overdue", 21)


def test_m14_what_is_not_in_process_ages_beside_what_is() -> None:
    """The older invoice is being charged: days are counted from the other, and the run goes on when that fails."""
    partner = Told()
    partner.days(OWING, range(15))
    other = Facts(day(10), in_process=True, has_usable_card=True, has_card=True)
    assert partner.days(other, range(15, 31)) == [], "of the threshold of 7 days it was told already"
    assert partner.standing is not None
    assert (partner.standing.overdue_since, partner.standing.warned_days) == (ISSUED, 7)
    assert partner.days(other, range(31, 40)) == [(31, "payment_overdue", 21)]


# --- away, late, and the oldest settled --------------------------------------------------------------------------


def test_m14_a_worker_that_was_away_for_weeks_tells_the_newest_threshold_only() -> None:
    partner = Told()
    assert partner.look(OWING, day(35)).tell == "payment_overdue"
    assert partner.standing is not None
    assert partner.standing.warned_days == 21
    assert suspends_at(ISSUED, partner.standing, AUTOMATIC) == day(44), "nine days after the warning, as otherwise"
    assert partner.days(OWING, range(35, 60), hours=1) == [(44, "access_suspended", None)]


def test_m14_an_hour_s_delay_puts_nothing_off() -> None:
    partner = Told()
    for number in (0, 7, 21):
        partner.look(OWING, day(number, hours=23))
    assert partner.standing is not None
    assert suspends_at(ISSUED, partner.standing, AUTOMATIC) == day(30)


def test_m14_without_a_warning_there_is_no_suspension() -> None:
    assert step(OWING, None, AUTOMATIC, day(500)).tell == "payment_overdue"
    with pytest.raises(ValueError, match="never warned"):
        suspends_at(ISSUED, Standing("past_due", ISSUED, ISSUED), AUTOMATIC)


def test_m14_when_the_oldest_is_paid_the_next_is_told_of_anew() -> None:
    partner = Told(BY_STAFF)
    partner.days(OWING, range(32))
    younger = replace(OWING, overdue_since=day(28))
    assert partner.days(younger, range(32, 60)) == [
        *((32, "payment_overdue", 0), (35, "payment_overdue", 7), (49, "payment_overdue", 21)),
        (58, "suspension_proposed", None),
    ]


def test_m14_paying_the_oldest_alone_does_not_lift_a_suspension() -> None:
    partner = Told()
    partner.days(OWING, range(31))
    younger = replace(OWING, overdue_since=day(28))
    assert partner.days(younger, range(31, 200)) == []
    assert partner.standing is not None
    assert (partner.standing.state, partner.standing.overdue_since) == ("suspended", day(28))
    assert partner.look(PAID, day(201)).tell == "access_restored"


def test_m27_released_with_its_days_it_goes_on_from_there_and_is_told_again() -> None:
    """Held on day 25 for a hundred days: nothing is overdue meanwhile; then it is day 25 again."""
    partner = Told()
    partner.days(OWING, range(26))
    assert partner.look(CARDLESS, day(25, hours=1)) == Step(Standing("no_card", day(25, hours=1)))
    released = replace(OWING, overdue_since=day(100))
    assert partner.days(released, range(125, 140)) == [
        (125, "payment_overdue", 21),
        (134, "access_suspended", None),
    ], "nine days after the warning, not five"


# --- staff, and another policy ------------------------------------------------------------------------------------


def test_m14_declined_it_is_proposed_again_after_as_long_as_a_warning_gives() -> None:
    partner = Told(BY_STAFF)
    partner.days(OWING, range(33))
    assert partner.standing is not None
    partner.standing = spared(partner.standing, day(33, hours=5))
    assert next_step(partner.standing, BY_STAFF) == NextStep("proposal", day(42))
    assert partner.days(OWING, range(34, 60)) == [(42, "suspension_proposed", None)]


def test_m14_another_policy_counts_from_the_next_look() -> None:
    partner = Told(BY_STAFF)
    partner.days(OWING, range(31))
    partner.policy = AUTOMATIC
    assert partner.look(OWING, day(31)).tell == "access_suspended"

    partner = Told(BY_STAFF)
    partner.days(OWING, range(31))
    partner.policy = replace(BY_STAFF, suspension_days=60)
    assert partner.days(OWING, range(31, 70)) == [(60, "suspension_proposed", None)], "the earlier one was withdrawn"

    partner = Told()
    partner.days(OWING, range(23))
    partner.policy = Policy((0, 7, 14, 24), 28, automatic=True)
    assert partner.days(OWING, range(23, 40)) == [(24, "payment_overdue", 24), (28, "access_suspended", None)]


def test_m14_another_policy_may_warn_once_more_before_it_is_proposed_again() -> None:
    partner = Told(BY_STAFF)
    partner.days(OWING, range(32))
    partner.policy = replace(BY_STAFF, warning_days=(0, 7, 28))
    assert partner.look(OWING, day(32)).tell == "payment_overdue"
    assert partner.standing == Standing("past_due", day(32), ISSUED, 28), "the proposal was withdrawn"
    assert partner.days(OWING, range(33, 60)) == [(34, "suspension_proposed", None)]


def test_m27_when_an_older_invoice_is_released_its_days_count() -> None:
    """One of day 10 is overdue when one of day 0 comes free: of the thresholds only what was not told is told."""
    partner = Told()
    younger = replace(OWING, overdue_since=day(10))
    partner.days(younger, range(10, 19))
    assert partner.days(OWING, range(19, 22)) == [(21, "payment_overdue", 21)]
    assert partner.standing is not None
    assert partner.standing.overdue_since == ISSUED


def test_m14_a_policy_that_warns_later_begins_past_due_in_silence() -> None:
    partner = Told(Policy((5, 9), 10, automatic=True))
    assert partner.look(OWING, ISSUED) == Step(Standing("past_due", ISSUED, ISSUED))
    assert partner.days(OWING, range(1, 20)) == [
        *((5, "payment_overdue", 5), (9, "payment_overdue", 9), (10, "access_suspended", None)),
    ]


def test_m14_the_shipped_settings_are_the_rule() -> None:
    shipped = Settings()
    assert (shipped.warning_days, shipped.suspension_days, shipped.suspension) == ((0, 7, 21), 30, "staff")
