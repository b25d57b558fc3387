"""A yes to an act on users holds for those who were shown, and for the bill that was (rule M12)."""

from __future__ import annotations

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.models import SeatBatch
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.test_users_change import active_in, address, ids, is_made_inactive, shown
from tests.fakes.people import TESTER, active, emails, inactive


@pytest.mark.parametrize("act", ["deactivate", "activate", "delete", "deny"])
def test_as_many_others_are_not_those_who_were_shown(portal: Portal, act: str) -> None:
    """Ten are shown; one of them becomes inactive elsewhere, and another active: ten again, and one who was not."""
    browser, meant, other = portal.browser(), emails(10), emails(1, start=29)
    put = {"activate": (active, inactive)}.get(act, (inactive, active))
    whose = (portal.northwind.pk, portal.contoso.pk)
    is_made_inactive(portal, portal.contoso, 30)
    if act != "activate":
        change_seats(whose[0], active(whose[1], meant), cause=TESTER, clock=portal.clock)
    else:
        change_seats(whose[0], active(whose[1], emails(20, start=10)), cause=TESTER, clock=portal.clock)
    where = address(act, everybody="yes", of="contoso", state="inactive" if act == "activate" else "active")
    seen = shown(browser.get(where))
    for one, how in ((meant[:1], put[0]), (other, put[1])):
        change_seats(whose[0], how(whose[1], one), cause=TESTER, clock=portal.clock)
    batches = SeatBatch.unscoped.count()
    said = browser.post(where, {"shown": seen, "number": "10"})
    assert said.status_code == 409
    assert "This has changed since it was shown" in said.content.decode()
    assert SeatBatch.unscoped.count() == batches
    assert browser.post(where, {"shown": shown(said), "number": "10"}).status_code == 302


def test_m12_a_yes_to_another_peak_changes_nobody(portal: Portal) -> None:
    is_made_inactive(portal, portal.contoso, 3)
    browser, where = portal.browser(), address("activate", ids(portal.contoso, emails(3)))
    seen = browser.get(where)
    assert "costs nothing extra" in seen.content.decode()
    more = active(portal.fabrikam.pk, emails(3, start=50))
    change_seats(portal.northwind.pk, more, cause=TESTER, clock=portal.clock)
    said = browser.post(where, {"shown": shown(seen)})
    assert said.status_code == 409
    assert "bill from now on" in said.content.decode()
    assert active_in(portal.contoso) == 27
