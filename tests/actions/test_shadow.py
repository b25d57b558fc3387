"""A partner in shadow is invoiced from the very cycle that was agreed, whatever changes on the way (M8, M26)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.go_live import go_live
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import AuditEvent, Installation, Invoice, Partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

NEXT, AFTER_NEXT = datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)


@pytest.fixture
def shadow(installation: Installation, clock: SteppedClock) -> Partner:
    """In the middle of its first cycle, from 15 January, with ten seats."""
    clock.set(datetime(2026, 1, 15, tzinfo=UTC))
    partner = open_partner(NewPartner("Old", "USD", shadow=True), created=clock(), cause=TESTER, now=clock())
    account = open_account(partner.pk, "Customer", cause=TESTER, clock=clock)
    change_seats(partner.pk, active(account.pk, emails(10)), cause=TESTER, clock=clock)
    clock.forward(days=5)
    return partner


@pytest.mark.parametrize(
    ("zones", "starts"),
    [
        (["Europe/Madrid"], [datetime(2026, 3, 14, 23, tzinfo=UTC), datetime(2026, 4, 14, 22, tzinfo=UTC)]),
        (["America/New_York"], [datetime(2026, 3, 15, 4, tzinfo=UTC), datetime(2026, 4, 15, 4, tzinfo=UTC)]),
        (["Europe/Madrid", "Asia/Kolkata", "UTC"], [AFTER_NEXT, datetime(2026, 4, 15, tzinfo=UTC)]),
    ],
)
def test_m08_a_new_zone_moves_the_first_invoiced_cycle_with_its_start(
    shadow: Partner, clock: SteppedClock, zones: list[str], starts: list[datetime]
) -> None:
    go_live(shadow.pk, AFTER_NEXT, cause=TESTER, now=clock())
    for zone in zones:
        partner = change_terms(shadow.pk, timezone=zone, cause=TESTER, now=clock())
    assert partner.invoiced_from == starts[0]
    close_cycles(cause=TESTER, now=datetime(2026, 5, 20, tzinfo=UTC))
    assert list(Invoice.unscoped.order_by("pk").values_list("cycle_start", flat=True)) == starts
    first = AuditEvent.unscoped.filter(act="change terms").earliest("pk")
    assert first.facts["before"]["invoiced_from"] == AFTER_NEXT.isoformat()
    assert first.facts["after"]["invoiced_from"] != AFTER_NEXT.isoformat()
    assert check_books(EVERYTHING) == []


def test_m08_the_next_cycle_starts_where_the_running_one_ends_in_any_zone(shadow: Partner, clock: SteppedClock) -> None:
    go_live(shadow.pk, NEXT, cause=TESTER, now=clock())
    change_terms(shadow.pk, timezone="Europe/Madrid", cause=TESTER, now=clock())
    close_cycles(cause=TESTER, now=datetime(2026, 4, 1, tzinfo=UTC))
    assert Invoice.unscoped.get().cycle_start == NEXT
    shadow.refresh_from_db()
    assert shadow.invoiced_from == NEXT
    assert check_books(EVERYTHING) == []


def test_m26_a_closed_partner_does_not_go_live(shadow: Partner, clock: SteppedClock) -> None:
    close_partner(shadow.pk, cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="partner_closed"):
        go_live(shadow.pk, NEXT, cause=TESTER, now=clock())
    later = datetime(2026, 6, 1, tzinfo=UTC)
    close_cycles(cause=TESTER, now=later)
    with pytest.raises(Refused, match="partner_closed"):
        go_live(shadow.pk, datetime(2026, 6, 15, tzinfo=UTC), cause=TESTER, now=later)
    shadow.refresh_from_db()
    assert shadow.invoiced_from is None
