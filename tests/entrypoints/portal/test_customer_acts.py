"""What is done with a customer, each act seen with its money before (rules M12, M17, M20, M22, M26)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.delete_members import delete_members
from pleamar.actions.stop_billing import stop_billing
from pleamar.models import Account, AuditEvent, Meter
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import NOW, Portal, shown_to_be_them
from tests.fakes.people import TESTER, active, emails

WHY = Cause("ines", "test", reason="they asked")


def place(account: Account, act: str) -> str:
    return f"/customers/{account.public_id}/{act}"


def text(browser: Client, account: Account, act: str) -> str:
    response = browser.get(place(account, act))
    assert response.status_code == 200
    return str(response.content.decode())


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found
    return found[1]


def done(browser: Client, account: Account, act: str, reason: str = "they asked") -> str:
    """Look at the page, confirm it, and read what is said then."""
    sent = {"shown": shown(text(browser, account, act)), "reason": reason}
    response = browser.post(place(account, act), sent, follow=True)
    assert response.redirect_chain
    return str(response.content.decode())


def state_of(account: Account) -> tuple[object, ...]:
    account.refresh_from_db()
    return account.state, account.seats, account.suspended_at, account.billing_stopped_at


def amounts(page: str) -> list[str]:
    return re.findall(r"\$[\d,.]+\d", page)


def test_m22_blocking_says_that_they_are_billed_all_the_same(portal: Portal) -> None:
    browser = portal.browser()
    page = text(browser, portal.contoso, "block")
    assert "Sign-in blocked, still billed: its 30 active users stay active and count as before." in page
    assert amounts(page) == ["$100.80"] * 4
    assert "No bill changes by it." in page
    assert "is blocked for Contoso" in done(browser, portal.contoso, "block")
    portal.contoso.refresh_from_db()
    assert (portal.contoso.suspended_because, portal.contoso.seats) == ("they asked", 30)
    assert "can sign in again" in done(browser, portal.contoso, "restore", "")
    portal.contoso.refresh_from_db()
    assert portal.contoso.suspended_at is None


def test_blocking_needs_a_reason(portal: Portal) -> None:
    browser = portal.browser()
    sent = {"shown": shown(text(browser, portal.contoso, "block")), "reason": " "}
    refused = browser.post(place(portal.contoso, "block"), sent)
    assert refused.status_code == 422
    assert 'id="id_reason_error"' in refused.content.decode()


def test_m22_stopping_tells_from_when_the_bill_is_lower_and_resuming_who_comes_back(portal: Portal) -> None:
    browser = portal.browser()
    page = text(browser, portal.contoso, "stop")
    assert "Stop billing from 5 February" in page
    assert amounts(page) == ["$100.80", "$100.80", "$100.80", "$28.80"]
    assert "it stays" in page
    assert "lower from 5 February" in done(browser, portal.contoso, "stop")
    portal.contoso.refresh_from_db()
    assert (portal.contoso.active_members, Meter.unscoped.get(pk=portal.northwind.pk).peak) == (0, 42)
    delete_members(portal.northwind.pk, portal.contoso.pk, emails(1), cause=TESTER, clock=portal.clock)
    denied = [Denied(emails(2)[1])]
    change_deny_list(portal.northwind.pk, portal.contoso.pk, "add", denied, cause=TESTER, clock=portal.clock)
    page = text(browser, portal.contoso, "resume")
    assert "28 users become active again" in page
    assert "Not coming back: on the deny list" in page
    assert all(email in page for email in emails(2))
    assert amounts(page) == ["$100.80", "$100.80", "$28.80", "$96.00"]
    portal.contoso.refresh_from_db()
    assert portal.contoso.active_members == 0
    assert "goes on" in done(browser, portal.contoso, "resume")
    portal.contoso.refresh_from_db()
    assert portal.contoso.active_members == 28


@pytest.mark.parametrize("act", ["block", "stop", "close", "reopen", "resume"])
def test_m12_a_yes_to_a_peak_that_is_another_by_now_does_nothing(portal: Portal, act: str) -> None:
    whose = (portal.northwind.pk, portal.contoso.pk)
    if act == "reopen":
        close_account(*whose, cause=TESTER, clock=portal.clock)
    if act == "resume":
        stop_billing(*whose, cause=WHY, clock=portal.clock)
    browser = portal.browser()
    seen = shown(text(browser, portal.contoso, act))
    before = state_of(portal.contoso)
    more = active(portal.fabrikam.pk, emails(12, start=50))
    change_seats(portal.northwind.pk, more, cause=TESTER, clock=portal.clock)
    said = browser.post(place(portal.contoso, act), {"shown": seen, "reason": "they asked"})
    assert said.status_code == 422
    assert "This has changed since it was shown, and nothing was done." in said.content.decode()
    assert state_of(portal.contoso) == before
    again = {"shown": shown(said.content.decode()), "reason": "they asked"}
    assert browser.post(place(portal.contoso, act), again).status_code == 302
    assert state_of(portal.contoso) != before


def test_m26_closing_and_reopening_with_their_money(portal: Portal) -> None:
    browser = portal.browser()
    page = text(browser, portal.contoso, "close")
    assert amounts(page) == ["$100.80", "$100.80", "$100.80", "$28.80"]
    assert "lowers your bill from 5 February" in page
    assert "Contoso is closed." in done(browser, portal.contoso, "close")
    page = text(browser, portal.contoso, "reopen")
    assert "Reopen and bill from now on" in page
    assert amounts(page) == ["$100.80", "$100.80", "$28.80", "$100.80"]
    assert "Contoso is open again." in done(browser, portal.contoso, "reopen")
    portal.contoso.refresh_from_db()
    assert (portal.contoso.state, portal.contoso.seats) == ("live", 30)


def test_m20_a_trial_is_reopened_as_a_trial(portal: Portal) -> None:
    trial = portal.opened("Litware", 3, state="trial")
    browser = portal.browser()
    assert "No bill changes by it." in text(browser, trial, "close")
    done(browser, trial, "close")
    page = text(browser, trial, "reopen")
    assert "Reopen the trial" in page
    assert "No bill changes by it." in page
    done(browser, trial, "reopen")
    trial.refresh_from_db()
    assert (trial.state, trial.seats) == ("trial", 0)


@pytest.mark.parametrize("act", ["block", "stop", "close"])
def test_what_is_sent_twice_is_done_once(portal: Portal, act: str) -> None:
    browser = portal.browser()
    sent = {"shown": shown(text(browser, portal.contoso, act)), "reason": "twice"}
    browser.post(place(portal.contoso, act), sent)
    events = AuditEvent.unscoped.count()
    again = browser.post(place(portal.contoso, act), sent, follow=True)
    assert "in that state already" in again.content.decode()
    assert AuditEvent.unscoped.count() == events


def test_what_has_changed_since_it_was_shown_is_shown_again(portal: Portal) -> None:
    browser = portal.browser()
    before = shown(text(browser, portal.contoso, "stop"))
    change_seats(portal.northwind.pk, active(portal.contoso.pk, emails(5, 500)), cause=TESTER, clock=portal.clock)
    refused = browser.post(place(portal.contoso, "stop"), {"shown": before, "reason": "kept"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "changed since it was shown" in page
    assert 'value="kept"' in page
    assert "All of its 35 active users" in page
    portal.contoso.refresh_from_db()
    assert portal.contoso.active_members == 35


@pytest.mark.parametrize(
    "sent", [{}, {"shown": "\x00"}, {"shown": "x" * 5000}, {"reason": "x" * 501}, {"reason": "\x00"}]
)
def test_rubbish_does_nothing(portal: Portal, sent: dict[str, str]) -> None:
    assert portal.browser().post(place(portal.contoso, "stop"), sent).status_code == 422
    portal.contoso.refresh_from_db()
    assert portal.contoso.active_members == 30


@pytest.mark.parametrize("act", ["restore", "resume", "reopen", "cancel"])
def test_what_there_is_not_to_do_leads_back(portal: Portal, act: str) -> None:
    assert portal.browser().get(place(portal.contoso, act)).status_code == 302


def test_a_technician_does_it_without_seeing_an_amount(portal: Portal) -> None:
    browser = portal.browser("technician")
    for act in ("block", "restore", "stop", "resume", "close", "reopen"):
        page = text(browser, portal.contoso, act)
        assert "$" not in page
        assert "Billed users now" in page
        done(browser, portal.contoso, act)
    portal.contoso.refresh_from_db()
    assert (portal.contoso.state, portal.contoso.seats) == ("live", 30)


@pytest.mark.parametrize("act", ["resume", "reopen"])
def test_what_costs_asks_who_it_is(portal: Portal, act: str) -> None:
    if act == "resume":
        stop_billing(portal.northwind.pk, portal.contoso.pk, cause=WHY, clock=portal.clock)
    else:
        close_account(portal.northwind.pk, portal.contoso.pk, cause=WHY, clock=portal.clock)
    browser = portal.browser(fresh=False)
    sent = {"shown": shown(text(browser, portal.contoso, act))}
    asked = browser.post(place(portal.contoso, act), sent)
    assert asked.status_code == 302
    assert "reauthenticate" in asked["Location"]
    portal.contoso.refresh_from_db()
    assert portal.contoso.seats == 0
    shown_to_be_them(browser)
    browser.post(place(portal.contoso, act), sent)
    portal.contoso.refresh_from_db()
    assert portal.contoso.seats == 30


def test_m22_reopening_or_resuming_one_that_is_blocked_promises_no_sign_in(portal: Portal) -> None:
    browser = portal.browser()
    done(browser, portal.contoso, "block")
    done(browser, portal.contoso, "stop")
    page = text(browser, portal.contoso, "resume")
    assert "30 users become active again, at once." in page
    assert "Its sign-in stays blocked: nobody can sign in until it is restored." in page
    done(browser, portal.contoso, "resume")
    done(browser, portal.contoso, "close")
    page = text(browser, portal.contoso, "reopen")
    assert "Its 30 active users count again, but cannot sign in until sign-in is restored." in page
    assert "From this moment they count" in page
    assert "can sign in again" not in page
    page = done(browser, portal.contoso, "reopen")
    assert "Contoso is open again. Its sign-in is still blocked." in page
    assert "Sign-in blocked · still billed" in page


def test_m22_nobody_is_promised_to_sign_in_who_cannot(portal: Portal) -> None:
    browser, stopped = portal.browser(), "Its billing stays stopped: nobody is active, so nobody can sign in"
    for act in ("stop", "block"):
        done(browser, portal.contoso, act)
    page = text(browser, portal.contoso, "restore")
    assert (stopped in page, "0 active users" in page) == (True, False)
    page = done(browser, portal.contoso, "restore")
    assert "Sign-in is not blocked any more for Contoso." in page
    done(browser, portal.contoso, "close")
    page = text(browser, portal.contoso, "reopen")
    assert (stopped in page, "can sign in again" in page) == (True, False)
    empty = portal.opened("Empty")
    done(browser, empty, "close")
    assert "It has no active users" in text(browser, empty, "reopen")

    trial = portal.opened("Litware", 3, state="trial")
    done(browser, trial, "block")
    Account.unscoped.filter(pk=trial.pk).update(trial_ends_at=NOW - timedelta(days=1))
    page = text(browser, trial, "restore")
    assert "Its free trial ended on" in page
    assert "can sign in again" not in page


def test_m22_a_blocked_trial_is_reopened_blocked(portal: Portal) -> None:
    trial = portal.opened("Litware", 3, state="trial")
    browser = portal.browser()
    for act in ("block", "close"):
        done(browser, trial, act)
    page = text(browser, trial, "reopen")
    assert "It is the free trial again" in page
    assert "Its sign-in stays blocked" in page


def test_only_what_changes_a_bill_has_the_colour_of_what_costs(portal: Portal) -> None:
    browser = portal.browser()
    page = text(browser, portal.contoso, "block")
    assert 'class="unchanged effects"' in page
    assert 'class="costs' not in page
    assert 'class="costs effects"' in text(browser, portal.contoso, "stop")
