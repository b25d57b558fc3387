"""The page of one user: how they stand, why they are billed, and what happened to them (rules M2, M3, M18, P1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.delete_members import delete_members
from pleamar.models import Account, Member
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import active, emails, inactive

ANA = Cause("ana@northwind.example", "portal", reason="<i>joined</i>")
FILE = Cause("ben@northwind.example", "import-members", reference="new.csv")


def address(account: Account, email: str) -> str:
    member = Member.unscoped.get(account=account, email=email)
    return f"/customers/{account.public_id}/users/{member.public_id}"


def text_of(portal: Portal, account: Account, email: str, role: str = "viewer") -> str:
    said = portal.browser(role).get(address(account, email))  # type: ignore[arg-type]
    assert said.status_code == 200
    return said.content.decode().replace("&#x27;", "'")


def test_p1_billed_since_by_whom_and_at_the_peak(portal: Portal) -> None:
    change_seats(portal.northwind.pk, active(portal.contoso.pk, ["zoe@example.com"]), cause=FILE, clock=portal.clock)
    text = text_of(portal, portal.contoso, "zoe@example.com")
    assert "made active by ben@northwind.example, with the file new.csv." in text
    assert (
        "One of the 43 users at this cycle's peak of 20 Jan 2026, 12:00 (UTC), which is billed on 5 February." in text
    )


def test_m17_inactive_but_still_part_of_the_bill(portal: Portal) -> None:
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(1)), cause=ANA, clock=portal.clock)
    text = text_of(portal, portal.contoso, emails(1)[0])
    assert "Not billed: whoever is inactive does not count." in text
    assert "Still part of this cycle's bill: one of the 42 users" in text
    assert "&lt;i&gt;joined&lt;/i&gt;" in text
    assert "in the portal" in text


def test_active_within_the_peak_costs_nothing_extra(portal: Portal) -> None:
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(1)), cause=ANA, clock=portal.clock)
    portal.at(NOW + timedelta(hours=1))
    change_seats(portal.northwind.pk, active(portal.contoso.pk, ["zoe@example.com"]), cause=FILE, clock=portal.clock)
    assert "Costs nothing extra until 4 February" in text_of(portal, portal.contoso, "zoe@example.com")


def test_m3_in_the_next_cycle_from_its_first_moment(portal: Portal) -> None:
    portal.at(datetime(2026, 2, 6, tzinfo=UTC))
    text = text_of(portal, portal.contoso, emails(1)[0])
    assert "peak of 5 Feb 2026, 00:00 (UTC), which is billed on 5 March" in text


def test_m20_of_a_trial_and_since_it_went_live(portal: Portal) -> None:
    trial = portal.opened("Adatum", 2, state="trial")
    assert "Not billed: Adatum is a trial, and trials are free." in text_of(portal, trial, emails(1)[0])
    change_seats(portal.northwind.pk, [], states={trial.pk: "live"}, cause=ANA, clock=portal.clock)
    text = text_of(portal, trial, emails(1)[0])
    assert "when Adatum began to be billed: ana@northwind.example, in the portal." in text


def test_m26_of_a_closed_customer_and_deleted(portal: Portal) -> None:
    delete_members(portal.northwind.pk, portal.contoso.pk, emails(1), cause=ANA, clock=portal.clock)
    text = text_of(portal, portal.contoso, emails(1)[0], "owner")
    assert "Deleted" in text
    assert "act=activate" not in text
    close_account(portal.northwind.pk, portal.fabrikam.pk, cause=ANA, clock=portal.clock)
    text = text_of(portal, portal.fabrikam, emails(1)[0], "owner")
    assert "Not billed: Fabrikam is closed." in text
    assert "act=move" not in text


def test_m19_on_the_deny_list(portal: Portal) -> None:
    entry = [Denied("user00000@*")]
    change_deny_list(portal.northwind.pk, portal.contoso.pk, "add", entry, cause=ANA, clock=portal.clock)
    text = text_of(portal, portal.contoso, emails(1)[0], "owner")
    assert "nothing can make them active" in text
    assert "act=activate" not in text


def test_acts_are_for_who_may_and_come_back_here(portal: Portal) -> None:
    where = address(portal.contoso, emails(1)[0])
    assert "act=deactivate" not in portal.browser("viewer").get(where).content.decode()
    browser = portal.browser("technician")
    text = browser.get(where).content.decode()
    act = text.split('href="/users/change?act=deactivate')[1].partition('"')[0].replace("&amp;", "&")
    page = browser.get(f"/users/change?act=deactivate{act}").content.decode()
    seen = page.split('name="shown" value="')[1].partition('"')[0]
    assert browser.post(f"/users/change?act=deactivate{act}", {"shown": seen})["Location"] == where


@pytest.mark.parametrize("rubbish", ["mem_x", "x", "%00", "9" * 400, "acc_00000000000000000000000000"])
def test_what_is_no_user_is_nowhere(portal: Portal, rubbish: str) -> None:
    assert portal.browser().get(f"/customers/{portal.contoso.public_id}/users/{rubbish}").status_code == 404


def test_somebody_else_s_user_and_one_of_another_customer_are_nowhere(portal: Portal) -> None:
    theirs, mine = address(portal.stranger, emails(1)[0]), address(portal.contoso, emails(1)[0])
    browser = portal.browser()
    assert browser.get(theirs).status_code == 404
    user, other = theirs.rpartition("/")[2], mine.rpartition("/")[2]
    assert browser.get(f"/customers/{portal.contoso.public_id}/users/{user}").status_code == 404
    assert browser.get(f"/customers/{portal.fabrikam.public_id}/users/{other}").status_code == 404
