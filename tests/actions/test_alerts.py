"""Alerts on use, and growth that nobody asked to be told of: each speaks once a cycle (rule M12)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.change_terms import change_terms
from pleamar.actions.load_prices import load_prices
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.remove_alert import remove_alert
from pleamar.actions.roll_meters import roll_due_meters
from pleamar.actions.set_alert import set_alert
from pleamar.actions.watch_usage import watch_usage
from pleamar.models import Account, AuditEvent, Installation, OutboxMessage, UsageAlert
from pleamar.queries.alerts import alerts
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.alerts import MOST_ALERTS, AlertKind, grown_percent
from pleamar.rules.money import Money
from pleamar.rules.prices import TierRow
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive

FEBRUARY, MARCH = datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)


class Use:
    """One customer's users, and who watches them; its cycles start on the first of the month."""

    def __init__(self, account: Account, clock: SteppedClock) -> None:
        self.account, self.partner_id, self.clock = account, account.partner_id, clock

    def on(self, moment: datetime) -> Use:
        self.clock.set(moment)
        roll_due_meters(moment)
        return self

    def grows(self, count: int, start: int = 0) -> Use:
        people = active(self.account.pk, emails(count, start))
        change_seats(self.partner_id, people, cause=TESTER, clock=self.clock)
        return self

    def shrinks(self, count: int, start: int = 0) -> Use:
        people = inactive(self.account.pk, emails(count, start))
        change_seats(self.partner_id, people, cause=TESTER, clock=self.clock)
        return self

    def alert(self, kind: AlertKind, threshold: int) -> UsageAlert:
        return set_alert(self.partner_id, kind, threshold, cause=TESTER, now=self.clock())

    def told(self) -> list[dict[str, str | int]]:
        """What is told now and was not before."""
        known = set(OutboxMessage.unscoped.values_list("pk", flat=True))
        count = watch_usage(now=self.clock())
        new = OutboxMessage.unscoped.exclude(pk__in=known).order_by("pk")
        assert len(new) == count
        told = [{"topic": message.topic, **message.facts} for message in new]
        assert {one.pop("timezone") for one in told} <= {self.account.partner.timezone}
        return told


@pytest.fixture
def use(account: Account, clock: SteppedClock) -> Use:
    return Use(account, clock)


def test_m12_an_alert_on_users_speaks_once_a_cycle_when_the_peak_reaches_it(use: Use) -> None:
    use.alert("seats", 10)
    assert use.grows(9).told() == []
    expected = {"topic": "usage_alert", "kind": "seats", "threshold": 10, "currency": ""}
    assert use.grows(1, 50).told() == [{**expected, "value": 10, "cycle_end": "2026-02-01T00:00:00+00:00"}]
    assert use.grows(5, 60).told() == [], "once"
    # Carried into the next cycle they are its peak from the start (rule M3).
    assert use.on(FEBRUARY).told() == [{**expected, "value": 15, "cycle_end": "2026-03-01T00:00:00+00:00"}]


def test_m12_a_peak_that_was_short_is_told_all_the_same(use: Use) -> None:
    use.alert("seats", 10)
    assert [one["value"] for one in use.grows(12).shrinks(12).told()] == [12], "it is what will be billed"


def test_m12_an_alert_on_the_amount_goes_by_the_price_of_the_peak(use: Use) -> None:
    use.alert("amount", 23_700)
    assert use.grows(98).told() == []
    expected = {"topic": "usage_alert", "kind": "amount", "threshold": 23_700, "currency": "USD"}
    assert use.grows(1, 200).told() == [{**expected, "value": 23_760, "cycle_end": "2026-02-01T00:00:00+00:00"}]
    # The hundredth user makes it 210.00.
    assert use.grows(1, 201).on(FEBRUARY).told() == []


def test_m12_an_alert_on_the_amount_waits_for_a_price_book(installation: Installation, clock: SteppedClock) -> None:
    partner = open_partner(NewPartner("Francs", "CHF"), created=clock(), cause=TESTER, now=clock())
    use = Use(open_account(partner.pk, "Contoso", cause=TESTER, clock=clock), clock)
    use.alert("amount", 100)
    assert use.grows(5).told() == []
    tiers = [TierRow(1, None, Decimal(1))]
    load_prices(tiers, currency="CHF", valid_from=date(2020, 1, 1), cause=TESTER, now=clock())
    assert [(one["value"], one["currency"]) for one in use.told()] == [(500, "CHF")]


def test_m26_an_alert_on_the_amount_is_silent_in_another_currency(use: Use) -> None:
    use.alert("amount", 2_000)
    use.alert("seats", 10)
    change_terms(use.partner_id, currency="EUR", cause=TESTER, now=use.clock())
    assert [one["kind"] for one in use.grows(10).told()] == ["amount", "seats"], "this cycle still is in dollars"
    assert [one["kind"] for one in use.on(FEBRUARY).told()] == ["seats"], "22.00 EUR are no 20.00 USD"
    use.alert("amount", 2_000)
    assert [(one["kind"], one["currency"]) for one in use.told()] == [("amount", "EUR")]
    rows = alerts(EVERYTHING, now=use.clock())
    assert [(row.amount, row.silent) for row in rows] == [
        (Money(2_000, "EUR"), False),
        (Money(2_000, "USD"), True),
        (None, False),
    ]
    with pytest.raises(Refused, match="currency_unknown"):
        remove_alert(use.partner_id, "amount", 2_000, cause=TESTER, now=use.clock(), currency="XXX")
    remove_alert(use.partner_id, "amount", 2_000, cause=TESTER, now=use.clock(), currency="usd")
    assert [row.amount for row in alerts(EVERYTHING, now=use.clock())] == [Money(2_000, "EUR"), None]


def test_m12_an_alert_on_growth_compares_with_the_last_cycle_s_peak(use: Use) -> None:
    use.alert("growth", 10)
    assert use.grows(100).told() == [], "there is nothing to compare the first cycle with"
    assert use.on(FEBRUARY).grows(9, 200).told() == []
    (told,) = use.grows(1, 300).told()
    assert (told["kind"], told["threshold"], told["value"]) == ("growth", 10, 10)
    assert use.on(MARCH).grows(10, 400).told() == [], "ten of 110 are nine percent"


def test_m12_from_nothing_there_is_no_growth(use: Use) -> None:
    use.alert("growth", 1)
    use.on(FEBRUARY)
    assert use.grows(500).told() == []
    assert grown_percent(0, 500) is None


@pytest.mark.parametrize(
    ("before", "more", "speaks"), [(100, 49, False), (100, 50, True), (30, 19, False), (30, 20, True)]
)
def test_m12_unusual_growth_is_told_to_everyone_once_a_cycle(use: Use, before: int, more: int, speaks: bool) -> None:
    use.grows(before).on(FEBRUARY)
    told = use.grows(more, 500).told()
    assert [one["topic"] for one in told] == ["unusual_growth"] * speaks
    if speaks:
        assert told[0] == {
            "topic": "unusual_growth",
            "seats": before + more,
            "before": before,
            "percent": more * 100 // before,
            "cycle_end": "2026-03-01T00:00:00+00:00",
        }
        assert use.grows(1, 900).told() == []
        assert use.on(MARCH).told() == [], "that is now the last cycle's peak"


def test_m12_what_growth_is_unusual_can_be_set(use: Use) -> None:
    change_setting("growth_percent", 5, cause=TESTER, now=use.clock())
    change_setting("growth_seats", 3, cause=TESTER, now=use.clock())
    use.grows(20).on(FEBRUARY)
    assert use.grows(2, 500).told() == []
    assert [one["percent"] for one in use.grows(1, 600).told()] == [15]


def test_m12_growth_in_shadow_is_nobody_s_bill(installation: Installation, clock: SteppedClock) -> None:
    new = NewPartner("Shadow", "USD", shadow=True)
    partner = open_partner(new, created=clock(), cause=TESTER, now=clock())
    use = Use(open_account(partner.pk, "Contoso", cause=TESTER, clock=clock), clock)
    assert use.grows(50).on(FEBRUARY).grows(500, 100).told() == []


def test_m12_a_cycle_that_has_ended_is_not_spoken_of_before_its_meter_is_rolled(use: Use) -> None:
    use.alert("seats", 10)
    use.grows(20)
    use.clock.set(FEBRUARY)
    assert use.told() == []
    assert len(use.on(FEBRUARY).told()) == 1


def test_m12_an_alert_is_set_once_and_removed(use: Use) -> None:
    alert = use.alert("seats", 10)
    assert use.alert("seats", 10) == alert
    use.alert("amount", 500)
    use.alert("growth", 25)
    rows = alerts(EVERYTHING, "Northwind IT", now=use.clock())
    assert [(row.kind, row.threshold, row.amount, row.told) for row in rows] == [
        ("amount", 500, Money(500, "USD"), False),
        ("growth", 25, None, False),
        ("seats", 10, None, False),
    ]
    use.grows(10).told()
    assert [row.told for row in alerts(EVERYTHING, now=use.clock())] == [True, False, True]
    assert alerts(Scope(use.partner_id + 1), now=use.clock()) == []
    remove_alert(use.partner_id, "seats", 10, cause=TESTER, now=use.clock())
    with pytest.raises(Refused, match="alert_unknown"):
        remove_alert(use.partner_id, "seats", 10, cause=TESTER, now=use.clock())
    acts = AuditEvent.unscoped.filter(act__endswith=" alert").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["set alert"] * 3 + ["remove alert"]


@pytest.mark.parametrize(("kind", "threshold"), [("seats", 0), ("seats", 2**31), ("amount", -1), ("growth", 10_001)])
def test_an_alert_that_could_never_speak_is_refused(use: Use, kind: AlertKind, threshold: int) -> None:
    with pytest.raises(Refused, match="alert_threshold_out_of_range"):
        use.alert(kind, threshold)
    with pytest.raises(Refused, match="alert_kind_unknown"):
        use.alert("members", 5)  # type: ignore[arg-type]


def test_a_partner_has_not_endless_alerts(use: Use) -> None:
    for number in range(MOST_ALERTS):
        use.alert("seats", number + 1)
    use.alert("seats", 1)  # it is there already
    with pytest.raises(Refused, match="alerts_too_many"):
        use.alert("growth", 1)


def test_m12_watching_prices_only_partners_with_an_alert_on_the_amount(use: Use) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            watch_usage(now=use.clock())
        return [query["sql"] for query in queries]

    use.grows(100)
    use.alert("seats", 1_000)
    plain = asked()
    assert not any("price_version" in sql for sql in plain)
    use.alert("amount", 10**9)
    with_prices = asked()
    use.alert("amount", 10**9 + 1)
    assert len(asked()) == len(with_prices) == len(plain) + 2, "versions and their tiers"
