"""Nobody is billed more without having been told in time: what a new version changes, and for whom (rule M9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pleamar.actions.announce_prices import announce_prices
from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.load_prices import LoadingPrices, NewPrices, preview_prices
from pleamar.actions.roll_meters import roll_due_meters
from pleamar.models import (
    Account,
    AuditEvent,
    Installation,
    Invoice,
    OutboxMessage,
    Partner,
    PriceAnnouncement,
    PriceVersion,
)
from pleamar.rules.prices import TierRow
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive
from tests.fakes.prices import AGREED, CHEAPER, DEARER, load, with_seats


@pytest.fixture
def northwind(installation: Installation, clock: SteppedClock) -> Partner:
    """Ten seats at 2.40 in cycles that start on the 10th: the running one on 10 February, and it is the 15th."""
    return with_seats("Ten", clock)


def preview(day: date, tiers: list[TierRow], now: datetime, **options: Any) -> LoadingPrices:
    return preview_prices(NewPrices(tuple(tiers), "USD", day, **options), now=now)


def told(loading: LoadingPrices) -> list[tuple[str, str, int | None, int]]:
    return [
        (row.partner, f"{row.cycle_start:%m-%d}", None if row.before is None else row.before.minor, row.after.minor)
        for row in loading.effects.rows
    ]


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2020, 1, 1), "02-10"),
        (date(2026, 2, 10), "02-10"),
        (date(2026, 2, 11), "03-10"),
        (date(2026, 3, 11), "04-10"),
    ],
)
def test_m09_a_preview_says_which_cycle_a_version_prices_first_and_writes_nothing(
    northwind: Partner, clock: SteppedClock, day: date, start: str
) -> None:
    versions = PriceVersion.unscoped.count()
    assert ("Ten", start, 2400, 3000) in told(preview(day, DEARER, clock()))
    assert PriceVersion.unscoped.count() == versions
    assert not PriceAnnouncement.unscoped.exists()


def test_m09_a_rise_without_notice_is_refused_with_the_earliest_date(northwind: Partner, clock: SteppedClock) -> None:
    for day in (date(2020, 1, 1), date(2026, 2, 10), date(2026, 3, 10)):
        with pytest.raises(Refused, match="price_rise_too_soon") as caught:
            load(day, DEARER, clock())
        assert caught.value.facts == {"count": 1, "partner": "Ten", "days": 30, "earliest": "2026-03-11"}
    assert not PriceVersion.unscoped.filter(valid_from__isnull=False).exists()
    load(date(2026, 3, 11), DEARER, clock())


def test_m09_exactly_the_notice_is_enough(northwind: Partner, clock: SteppedClock) -> None:
    late = datetime(2026, 2, 8, tzinfo=UTC)
    assert preview(date(2026, 3, 10), DEARER, late).too_soon == 0
    assert preview(date(2026, 3, 10), DEARER, late.replace(microsecond=1)).too_soon == 1
    change_setting("price_notice_days", 0, cause=TESTER, now=clock())
    assert preview(date(2026, 3, 10), DEARER, clock()).too_soon == 0
    assert preview(date(2026, 2, 10), DEARER, clock()).too_soon == 1, "what has begun is never dearer in silence"


def test_m09_short_notice_needs_a_reason_and_is_written_down(northwind: Partner, clock: SteppedClock) -> None:
    with pytest.raises(Refused, match="short_notice_needs_reason"):
        load(date(2026, 2, 10), DEARER, clock(), short_notice=True)
    version = load(date(2026, 2, 10), DEARER, clock(), short_notice=True, cause=AGREED)
    event = AuditEvent.unscoped.get(subject=version.public_id)
    assert (event.reason, event.facts["short_notice_for"]) == ("agreed by mail", 1)


def test_m09_lower_prices_are_never_refused_nor_announced(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 2, 10), CHEAPER, clock())
    assert not PriceAnnouncement.unscoped.exists()
    (statement,) = told(preview(date(2026, 2, 11), DEARER, clock()))
    assert statement == ("Ten", "03-10", 1000, 3000), "compared with what is in force since then"


def test_m09_a_partner_without_use_is_no_reason_to_wait(account: Account, clock: SteppedClock) -> None:
    load(date(2020, 1, 1), DEARER, clock())
    change_seats(account.partner_id, active(account.pk, emails(10)), cause=TESTER, clock=clock)
    assert announce_prices(now=clock() + timedelta(days=1)) == 0, "nor is it told later what it never paid"
    assert not OutboxMessage.unscoped.exists()


def test_m09_a_partner_that_had_users_once_is_told_in_time(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(10)), cause=TESTER, clock=clock)
    change_seats(account.partner_id, inactive(account.pk, emails(10)), cause=TESTER, clock=clock)
    later = datetime(2026, 4, 2, tzinfo=UTC)
    roll_due_meters(later)
    close_cycles(cause=TESTER, now=later)
    with pytest.raises(Refused, match="price_rise_too_soon"):
        load(date(2026, 4, 1), DEARER, later)


@pytest.mark.parametrize(
    ("tiers", "day", "refused"),
    [
        # Ten users are in the running cycle; the next starts in 23 days, and may have any number.
        ([TierRow(1, 10, Decimal("2.40")), TierRow(11, None, Decimal(24))], date(2026, 2, 1), True),
        ([TierRow(1, 10, Decimal("2.40")), TierRow(11, None, Decimal(24))], date(2026, 3, 1), True),
        ([TierRow(1, 9, Decimal(24)), TierRow(10, None, Decimal("0.50"))], date(2026, 2, 1), True),
        ([TierRow(1, 9, Decimal(24)), TierRow(10, None, Decimal("0.50"))], date(2026, 3, 1), True),
        ([TierRow(1, 10, Decimal("2.40")), TierRow(11, None, Decimal(24))], date(2026, 3, 11), False),
        ([TierRow(1, 99, Decimal("2.40")), TierRow(100, None, Decimal("0.50"))], date(2026, 2, 1), False),
    ],
)
def test_m09_a_table_that_would_be_dearer_at_a_number_of_users_still_possible_is_refused(
    northwind: Partner, clock: SteppedClock, tiers: list[TierRow], day: date, *, refused: bool
) -> None:
    assert preview(day, tiers, clock()).too_soon == refused
    if refused:
        with pytest.raises(Refused, match="price_rise_too_soon") as caught:
            load(day, tiers, clock())
        assert caught.value.facts["earliest"] == "2026-03-11"
    else:
        load(day, tiers, clock())


def test_m09_a_peak_that_cannot_fall_is_asked_for_what_is_above_it_alone(
    northwind: Partner, clock: SteppedClock
) -> None:
    close_partner(northwind.pk, cause=TESTER, clock=clock)  # no cycle follows
    assert preview(date(2026, 2, 1), [TierRow(1, 9, Decimal(24)), TierRow(10, None, Decimal(1))], clock()).too_soon == 0
    assert preview(date(2026, 2, 1), [TierRow(1, 10, Decimal(1)), TierRow(11, None, Decimal(3))], clock()).too_soon == 1


def test_m09_a_cycle_that_has_ended_and_is_not_closed_counts_with_its_own_peak(
    northwind: Partner, clock: SteppedClock
) -> None:
    account = Account.unscoped.get(partner=northwind)
    change_seats(northwind.pk, inactive(account.pk, emails(10)), cause=TESTER, clock=clock)
    now = datetime(2026, 4, 12, tzinfo=UTC)
    expected = [("Ten", "02-10", 2400, 3000), ("Ten", "03-10", 0, 0), ("Ten", "04-10", 0, 0)]
    ours = [row for row in told(preview(date(2020, 1, 1), DEARER, now)) if row[0] == "Ten"]
    assert ours == expected, "whether the meter is rolled or not"
    roll_due_meters(now)
    assert [row for row in told(preview(date(2020, 1, 1), DEARER, now)) if row[0] == "Ten"] == expected
    close_cycles(cause=TESTER, now=now)
    assert [row for row in told(preview(date(2020, 1, 1), DEARER, now)) if row[0] == "Ten"] == expected[2:]


def test_m09_the_list_does_not_touch_whom_an_agreed_book_serves(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 1, 1), CHEAPER, clock(), partner_id=northwind.pk)
    assert "Ten" not in {row[0] for row in told(preview(date(2026, 3, 1), DEARER, clock()))}
    load(date(2026, 3, 11), DEARER, clock())


def test_m09_the_list_touches_a_partner_until_its_agreed_book_begins(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 4, 1), CHEAPER, clock(), partner_id=northwind.pk)
    assert ("Ten", "03-10", 2400, 3000) in told(preview(date(2026, 3, 1), DEARER, clock()))
    assert "Ten" not in {row[0] for row in told(preview(date(2026, 3, 11), DEARER, clock()))}


def test_m09_an_agreed_book_touches_its_partner_alone(northwind: Partner, clock: SteppedClock) -> None:
    with_seats("Other", clock)
    found = told(preview(date(2026, 3, 11), DEARER, clock(), partner_id=northwind.pk))
    assert found == [("Ten", "04-10", 2400, 3000)]
    load(date(2026, 3, 11), DEARER, clock(), partner_id=northwind.pk)
    assert announce_prices(now=datetime(2026, 3, 11, tzinfo=UTC)) == 1
    assert list(PriceAnnouncement.unscoped.values_list("partner_id", "told")) == [(northwind.pk, True)]


def test_m09_partners_in_shadow_are_no_reason_to_wait(installation: Installation, clock: SteppedClock) -> None:
    with_seats("Shadow", clock, shadow=True)
    found = preview(date(2026, 2, 10), DEARER, clock())
    assert [(row.partner, row.shadow, row.is_rise) for row in found.effects.rows] == [
        *(("Shadow", True, False), ("Shadow", True, False))
    ]
    load(date(2026, 2, 10), DEARER, clock())
    assert not PriceAnnouncement.unscoped.exists()


def test_m09_each_partner_s_local_day_decides_also_through_an_arranged_change_of_zone(
    installation: Installation, clock: SteppedClock
) -> None:
    west = with_seats("West", clock)
    change_terms(west.pk, timezone="America/Los_Angeles", cause=TESTER, now=clock())
    # Midnight of 10 March in UTC is still the 9th there; later cycles start at its own midnight of the 10th.
    assert told(preview(date(2026, 3, 9), DEARER, clock())) == [("West", "03-10", 2400, 3000)]
    assert told(preview(date(2026, 3, 10), DEARER, clock())) == [("West", "04-10", 2400, 3000)]
    with pytest.raises(Refused) as caught:
        load(date(2026, 3, 9), DEARER, clock())
    assert caught.value.facts["earliest"] == "2026-03-10"


def test_m26_an_arranged_currency_is_priced_by_its_own_books(installation: Installation, clock: SteppedClock) -> None:
    moving = with_seats("Moving", clock)
    Invoice.unscoped.filter(partner=moving).update(state="paid", paid=2400)
    change_terms(moving.pk, currency="EUR", cause=TESTER, now=clock())
    assert told(preview(date(2026, 2, 1), DEARER, clock())) == [("Moving", "02-10", 2400, 3000)]
    assert told(preview(date(2026, 2, 11), DEARER, clock())) == []
    euros = preview_prices(NewPrices(tuple(DEARER), "EUR", date(2026, 2, 1)), now=clock())
    assert told(euros) == [("Moving", "03-10", 2200, 3000)]


def test_m26_a_closed_partner_s_last_cycle_is_protected_and_nothing_after_it(
    northwind: Partner, clock: SteppedClock
) -> None:
    close_partner(northwind.pk, cause=TESTER, clock=clock)
    with pytest.raises(Refused) as caught:
        load(date(2026, 2, 10), DEARER, clock())
    assert caught.value.facts["earliest"] == "2026-02-11"
    assert "Ten" not in {row[0] for row in told(preview(date(2026, 2, 11), DEARER, clock()))}
    load(date(2026, 2, 10), DEARER, clock(), short_notice=True, cause=AGREED)
    assert not PriceAnnouncement.unscoped.filter(partner=northwind).exists()
