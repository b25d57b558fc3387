"""The page of one customer, and its limit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.describe_partner import describe_partner
from pleamar.actions.open_account import open_account
from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.actions.record_act import record_act
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, Member
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER, active, emails, inactive

PAGES = ["", "/limit", "/block", "/restore", "/stop", "/resume", "/close", "/reopen", "/cancel"]


def address(account: Account, tail: str = "") -> str:
    return f"/customers/{account.public_id}{tail}"


def said(portal: Portal, account: Account, tail: str = "") -> str:
    response = portal.browser().get(address(account, tail))
    assert response.status_code == 200
    return str(response.content.decode())


def test_m12_it_tells_its_part_of_the_bill_and_when_that_is_due(portal: Portal) -> None:
    text = said(portal, portal.contoso)
    assert "$72.00" in text
    assert "billed on 5 February" in text
    assert "What was done with it" in text


def test_m17_users_who_left_still_stand_at_the_peak(portal: Portal) -> None:
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(10)), cause=TESTER, clock=portal.clock)
    text = said(portal, portal.contoso)
    assert "<dt>Billed users now</dt><dd>20</dd>" in text
    assert "<dd>30</dd>" in text
    assert "$72.00" in text


def test_m20_a_trial_says_when_it_ends_and_whom_to_ask_for_more(portal: Portal) -> None:
    trial = portal.opened("Litware", 3, state="trial")
    describe_partner(
        portal.northwind.pk, manager_name="Inés Prado", manager_contact="ines@meridian.example", cause=TESTER, now=NOW
    )
    text = said(portal, trial)
    assert "A free trial until 3 Feb 2026, 12:00 (UTC)" in text
    assert "Inés Prado (ines@meridian.example)" in text
    assert f"/customers/activate?customer={trial.public_id}" in text
    assert "Stop billing" not in text


def test_m26_own_staff_are_free_and_their_limit_is_ours(portal: Portal) -> None:
    own = open_account(portal.northwind.pk, "Us", internal=True, member_limit=5, cause=TESTER, clock=portal.clock)
    text = said(portal, own)
    assert "Free, own staff" in text
    assert "Its limit is set by us" in text
    refused = portal.browser().post(address(own, "/limit"), {"limit": "50"})
    assert refused.status_code == 422
    assert "Ask your account manager" in refused.content.decode()


@pytest.mark.parametrize("tail", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_partners_customers_are_nowhere(portal: Portal, tail: str, method: str) -> None:
    browser = portal.browser()
    annual = portal.opened("By the year")
    Account.unscoped.filter(pk=annual.pk).update(model="annual")
    for public_id in (portal.stranger.public_id, annual.public_id, "acc_" + "z" * 26, "acc_x", "%00", "%ED%A0%80"):
        assert getattr(browser, method)(f"/customers/{public_id}{tail}").status_code in ({404} if tail else {404, 405})
    assert portal.stranger.public_id not in browser.get("/customers").content.decode()


@pytest.mark.parametrize("tail", PAGES[1:])
def test_a_viewer_changes_nothing(portal: Portal, tail: str) -> None:
    browser = portal.browser("viewer")
    assert browser.get(address(portal.contoso, tail)).status_code == 403
    assert browser.post(address(portal.contoso, tail), {"limit": "1", "shown": "x"}).status_code == 403
    text = browser.get(address(portal.contoso)).content.decode()
    assert "What you can do" not in text
    assert "Set limit" not in text


@pytest.mark.parametrize("role", ["viewer", "technician"])
def test_who_sees_no_prices_sees_no_amount(portal: Portal, role: str) -> None:
    trial = portal.opened("Litware", 3, state="trial")
    browser = portal.browser(role)  # type: ignore[arg-type]
    for account in (portal.contoso, trial):
        text = browser.get(address(account)).content.decode()
        assert "$" not in text
        assert "/customers/activate" not in text
    assert "$72.00" in portal.browser(role, sees_prices=True).get(address(portal.contoso)).content.decode()  # type: ignore[arg-type]


def test_who_sees_no_prices_is_told_no_act_of_billing(portal: Portal) -> None:
    record_act(
        "set resale terms", portal.contoso.public_id, cause=TESTER, at=NOW, partner_id=portal.northwind.pk, price="9.99"
    )
    assert "Resale terms changed" in said(portal, portal.contoso)
    for role in ("technician", "viewer"):
        assert "Resale terms" not in portal.browser(role).get(address(portal.contoso)).content.decode()


def test_a_limit_is_set_and_taken_away(portal: Portal) -> None:
    browser = portal.browser("technician")
    answer = browser.post(address(portal.contoso, "/limit"), {"limit": "50"}, follow=True)
    assert "30 of 50" in answer.content.decode()
    assert "At most 50 users of Contoso" in answer.content.decode()
    browser.post(address(portal.contoso, "/limit"), {"limit": ""})
    portal.contoso.refresh_from_db()
    assert portal.contoso.member_limit is None


@pytest.mark.parametrize("limit", ["-1", "many", "1000001", "1.5", "9" * 5000, "\x00"])
def test_a_limit_that_is_none_is_said_beside_the_field(portal: Portal, limit: str) -> None:
    answer = portal.browser().post(address(portal.contoso, "/limit"), {"limit": limit})
    assert answer.status_code == 422
    assert 'id="id_limit_error"' in answer.content.decode()


def test_m21_a_limit_below_the_count_shows_first_who_has_to_go_and_the_money(portal: Portal) -> None:
    browser, place = portal.browser(), address(portal.contoso, "/limit")
    answer = browser.post(place, {"limit": "28"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "2 users would have to become inactive" in text
    assert emails(30)[28] in text
    assert emails(30)[27] not in text
    assert "$100.80" in text  # 42 users as before
    assert "$96.00" in text  # 40 in the next cycle
    portal.contoso.refresh_from_db()
    assert (portal.contoso.active_members, portal.contoso.member_limit) == (30, None)
    untaken = browser.post(place, {"limit": "28", "shown": shown(text)})
    assert untaken.status_code == 422
    done = browser.post(place, {"limit": "28", "shown": shown(text), "deactivate": "1"})
    assert done.status_code == 302
    portal.contoso.refresh_from_db()
    assert (portal.contoso.active_members, portal.contoso.member_limit) == (28, 28)


def shown(page: str) -> str:
    return page.split('name="shown" value="')[1].partition('"')[0]


@pytest.mark.parametrize("meanwhile", ["more", "others", "the peak"])
def test_m21_other_people_than_were_shown_do_not_have_to_go(portal: Portal, meanwhile: str) -> None:
    browser, place = portal.browser(), address(portal.contoso, "/limit")
    seen = shown(browser.post(place, {"limit": "28"}).content.decode())
    changes = {
        "more": [active(portal.contoso.pk, emails(3, 100))],
        "others": [inactive(portal.contoso.pk, emails(1, 29)), active(portal.contoso.pk, emails(1, 100))],
        "the peak": [active(portal.fabrikam.pk, emails(3, 100))],
    }[meanwhile]
    for change in changes:
        change_seats(portal.northwind.pk, change, cause=TESTER, clock=portal.clock)
    before = Member.unscoped.filter(account=portal.contoso, active=True).count()
    answer = browser.post(place, {"limit": "28", "shown": seen, "deactivate": "1"})
    assert answer.status_code == 422
    assert "This has changed since it was shown" in answer.content.decode()
    assert Member.unscoped.filter(account=portal.contoso, active=True).count() == before
    again = {"limit": "28", "shown": shown(answer.content.decode()), "deactivate": "1"}
    assert browser.post(place, again).status_code == 302


def test_the_limit_page_without_prices_tells_no_amount(portal: Portal) -> None:
    text = portal.browser("technician").post(address(portal.contoso, "/limit"), {"limit": "28"}).content.decode()
    assert "$" not in text
    assert "2 users would have to become inactive" in text


def test_it_takes_as_many_queries_among_200_as_among_10(portal: Portal) -> None:
    browser = portal.browser()
    browser.get(address(portal.contoso))
    counts = []
    for size in (10, 190):
        wanted = [NewAccount(f"Shop {size} {number:03}", "live") for number in range(size)]
        open_accounts(portal.northwind.pk, wanted, cause=TESTER, clock=portal.clock)
        with CaptureQueriesContext(connection) as context:
            browser.get(address(portal.contoso))
        counts.append(len(context))
    assert counts[0] == counts[1]


def test_m26_a_closed_one_says_so_first_and_offers_to_be_reopened_and_no_users(portal: Portal) -> None:
    whose = (portal.northwind.pk, portal.contoso.pk)
    suspend_account(*whose, cause=replace(TESTER, reason="unpaid"), clock=portal.clock)
    close_account(*whose, cause=TESTER, clock=portal.clock)
    text = said(portal, portal.contoso)
    assert text.index("Closed since 20 Jan 2026, 12:00") < text.index("Sign-in is blocked since")
    assert "and stays so when it is reopened. Reason: unpaid" in text
    assert text.count(address(portal.contoso, "/reopen")) == 2
    assert "30 users become active again when it is reopened" in text
    assert "30 active users" not in text
    assert address(portal.contoso, "/import") not in text
    assert "/reopen" not in portal.browser("viewer").get(address(portal.contoso)).content.decode()
    assert address(portal.fabrikam, "/import") in said(portal, portal.fabrikam)
    users = [portal.browser().get(f"/users?customer={one.public_id}") for one in (portal.contoso, portal.fabrikam)]
    assert ["Add users" in page.content.decode() for page in users] == [False, True]


def test_all_activity_is_that_of_the_customer(portal: Portal) -> None:
    where = f"/activity?customer={portal.contoso.public_id}"
    assert f'href="{where}"' in said(portal, portal.contoso)
    answer = portal.browser().get(where)
    assert answer.status_code == 200
    assert f'name="customer" value="{portal.contoso.public_id}"' in answer.content.decode()


def test_a_limit_that_is_as_it_was_says_that_nothing_changed(portal: Portal) -> None:
    browser = portal.browser()
    for limit, told in (("", "Contoso had no limit of your own"), ("50", ""), ("50", "50 is the limit of Contoso")):
        answer = browser.post(address(portal.contoso, "/limit"), {"limit": limit}, follow=True).content.decode()
        assert (f"Nothing was changed: {told}" in answer) is bool(told)
        assert "no limit any more" not in answer
    answer = browser.post(address(portal.contoso, "/limit"), {"limit": ""}, follow=True).content.decode()
    assert "Contoso has no limit any more." in answer
