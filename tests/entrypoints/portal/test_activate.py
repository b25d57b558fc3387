"""Trials go live: seen together, typed, and never by a stale page (rule M20)."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from pleamar.actions.change_seats import change_seats
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, AuditEvent, Meter
from pleamar.rules.causes import Cause
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER, active, emails

WHY = Cause("ines", "test", reason="they asked")


def place(*accounts: Account) -> str:
    return "/customers/activate?" + "&".join(f"customer={account.public_id}" for account in accounts)


def text(browser: Client, *accounts: Account) -> str:
    response = browser.get(place(*accounts))
    assert response.status_code == 200
    return str(response.content.decode())


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


@pytest.fixture
def litware(portal: Portal) -> Account:
    return portal.opened("Litware & Sons", 60, state="trial")


def state(account: Account) -> tuple[str, int]:
    account.refresh_from_db()
    return account.state, account.seats


def test_m20_both_ways_stand_side_by_side_with_their_money(portal: Portal, litware: Account) -> None:
    page = text(portal.browser(), litware)
    assert "16 days of this cycle are left" in page
    assert "With the next cycle, on 5 February" in page
    assert "This cannot be lowered before 5 February, not even by closing." in page
    assert page.count("42 → <b>92</b>") == 2  # a trial has 50 at most
    assert page.count("$100.80 → <strong>$220.80</strong>") == 2
    assert "billed on 5 March" in page
    assert "Litware &amp; Sons</kbd>" in page


def test_m20_it_goes_live_now_by_its_name_typed(portal: Portal, litware: Account) -> None:
    browser = portal.browser()
    sent = {"shown": shown(text(browser, litware)), "when": "now", "typed": " Litware & Sons ", "reason": "signed"}
    said = browser.post(place(litware), sent, follow=True)
    assert said.redirect_chain == [(f"/customers/{litware.public_id}", 302)]
    assert "50 more billed users" in said.content.decode()
    assert "$220.80, billed on 5 February" in said.content.decode()
    assert state(litware) == ("live", 50)
    event = AuditEvent.unscoped.get(act="activate trial")
    assert (event.reason, event.actor) == ("signed", "owner@northwind-it.example")


def test_m20_with_the_next_cycle_and_cancelled_again(portal: Portal, litware: Account) -> None:
    browser = portal.browser()
    sent = {"shown": shown(text(browser, litware)), "when": "next_cycle", "typed": "Litware & Sons"}
    said = browser.post(place(litware), sent, follow=True).content.decode()
    assert "Going live on 5 February" in said
    assert "$220.80" in said
    assert "Goes live 5 Feb" in said
    assert state(litware) == ("trial", 0)
    assert "To go live on 5 February already: Litware" in text(browser, litware)
    cancel = f"/customers/{litware.public_id}/cancel"
    page = browser.get(cancel).content.decode()
    assert "50 active users are not billed from 5 February on" in page
    assert re.findall(r"\$[\d.]+\d", page) == ["$100.80", "$100.80", "$220.80", "$100.80"]
    browser.post(cancel, {"shown": shown(page)})
    litware.refresh_from_db()
    assert litware.activation_due_at is None


def test_several_at_once_by_the_number_of_users(portal: Portal, litware: Account) -> None:
    other = portal.opened("Adatum", 7, state="trial")
    browser = portal.browser()
    page = text(browser, litware, other)
    assert "Activate 2 customers" in page
    assert "<kbd>57</kbd>" in page
    wrong = browser.post(place(litware, other), {"shown": shown(page), "when": "now", "typed": "56"})
    assert wrong.status_code == 422
    assert 'id="id_typed_error"' in wrong.content.decode()
    assert state(other) == ("trial", 0)
    said = browser.post(place(litware, other), {"shown": shown(page), "when": "now", "typed": "57"}, follow=True)
    assert said.redirect_chain == [("/customers", 302)]
    assert (state(litware), state(other)) == (("live", 50), ("live", 7))
    assert Meter.unscoped.get(pk=portal.northwind.pk).peak == 99


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("typed", "litware & sons"),
        ("typed", ""),
        ("typed", "\x00"),
        ("when", ""),
        ("when", "yesterday"),
        ("when", "now\x00"),
    ],
)
def test_what_is_typed_wrongly_stands_beside_its_field(
    portal: Portal, litware: Account, field: str, value: str
) -> None:
    browser = portal.browser()
    sent = {"shown": shown(text(browser, litware)), "when": "now", "typed": "Litware & Sons"} | {field: value}
    answer = browser.post(place(litware), sent)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert state(litware) == ("trial", 0)


def test_m20_a_stale_preview_does_nothing_and_shows_what_changed(portal: Portal, litware: Account) -> None:
    browser = portal.browser()
    old = {"shown": shown(text(browser, litware)), "when": "now", "typed": "Litware & Sons"}
    change_seats(portal.northwind.pk, active(portal.contoso.pk, emails(10, 900)), cause=TESTER, clock=portal.clock)
    answer = browser.post(place(litware), old)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has changed since it was shown" in page
    assert "Peak with it: it was 92." in page
    assert "Amount with it: it was $220.80." in page
    assert "52 → <b>102</b>" in page
    assert 'value="Litware &amp; Sons"' in page
    assert state(litware) == ("trial", 0)
    assert browser.post(place(litware), old | {"shown": shown(page)}).status_code == 302
    assert state(litware) == ("live", 50)


@pytest.mark.parametrize("old", ["", "rubbish", "x" * 3000])
def test_a_page_that_was_never_shown_does_nothing(portal: Portal, litware: Account, old: str) -> None:
    sent = {"shown": old, "when": "now", "typed": "Litware & Sons"}
    assert portal.browser().post(place(litware), sent).status_code == 422
    assert state(litware) == ("trial", 0)


def test_m20_a_second_activation_says_so(portal: Portal, litware: Account) -> None:
    browser = portal.browser()
    sent = {"shown": shown(text(browser, litware)), "when": "now", "typed": "Litware & Sons"}
    browser.post(place(litware), sent)
    again = browser.post(place(litware), sent, follow=True).content.decode()
    assert "is live already, so nothing was changed" in again
    assert AuditEvent.unscoped.filter(act="activate trial").count() == 1


def test_m22_a_blocked_one_would_be_billed_all_the_same(portal: Portal, litware: Account) -> None:
    suspend_account(portal.northwind.pk, litware.pk, cause=WHY, clock=portal.clock)
    assert "they would be billed all the same: Litware" in text(portal.browser(), litware)


def test_m20_one_that_has_ended_can_still_go_live(portal: Portal, litware: Account) -> None:
    portal.at(NOW.replace(month=2, day=20))
    browser = portal.browser()
    sent = {"shown": shown(text(browser, litware)), "when": "now", "typed": "Litware & Sons"}
    assert browser.post(place(litware), sent).status_code == 302
    assert state(litware) == ("live", 50)


def test_none_at_all_and_those_that_cannot_lead_back(portal: Portal, litware: Account) -> None:
    browser = portal.browser()
    assert "Tick the trials" in browser.get("/customers/activate", follow=True).content.decode()
    Account.unscoped.filter(pk=litware.pk).update(state="closed")
    assert "is closed, so it cannot go live" in browser.get(place(litware), follow=True).content.decode()


@pytest.mark.parametrize("rubbish", ["acc_x", "", "%00", "acc_" + "z" * 26])
def test_somebody_else_s_is_nowhere(portal: Portal, litware: Account, rubbish: str) -> None:
    browser = portal.browser()
    for query in (f"customer={rubbish}", f"customer={litware.public_id}&customer={portal.stranger.public_id}"):
        assert browser.get(f"/customers/activate?{query}").status_code == 404
        assert browser.post(f"/customers/activate?{query}", {"when": "now", "typed": "x"}).status_code == 404


def test_who_may_not_activate_sees_nothing_of_it(portal: Portal, litware: Account) -> None:
    for browser in (portal.browser("viewer", sees_prices=True), portal.browser("technician")):
        assert browser.get(place(litware)).status_code == 403
        assert browser.post(place(litware), {"when": "now", "typed": "Litware & Sons"}).status_code == 403
    assert portal.browser("technician", sees_prices=True).get(place(litware)).status_code == 200


def test_it_asks_who_it_is(portal: Portal, litware: Account) -> None:
    browser = portal.browser(fresh=False)
    sent = {"shown": shown(text(browser, litware)), "when": "now", "typed": "Litware & Sons"}
    assert "reauthenticate" in browser.post(place(litware), sent)["Location"]
    assert state(litware) == ("trial", 0)
