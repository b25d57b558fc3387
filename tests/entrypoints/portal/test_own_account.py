"""The pages of an account's own administrator: their account and nothing else, and no price anywhere."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.close_account import close_account
from pleamar.actions.close_partner import close_partner
from pleamar.actions.deactivate_members import deactivate_members
from pleamar.actions.invite_person import invite_person
from pleamar.actions.remove_administrator import remove_administrator
from pleamar.actions.set_member_limit import set_member_limit
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, AccountAdministrator, DenyEntry, Member, SeatBatch
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import NOW, PASSWORD, Portal
from tests.fakes.people import TESTER, emails

BO = "bo@contoso.example"
BECAUSE = Cause("dana@northwind.example", "portal", reason="has not paid us")


def keeper(portal: Portal, account: Account | None = None, email: str = BO) -> Client:
    """A browser in which the account's administrator is signed in."""
    of = account or portal.contoso
    invitation = invite_person(of.partner_id, email, "administrator", account_id=of.pk, cause=TESTER, now=NOW)
    user = accept_invitation(invitation.public_id, name="Bo", password=PASSWORD, now=NOW).user
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# It is drawn by chance, and may spell anything.
_TOKEN = re.compile(r"(?<=\")[A-Za-z0-9]{64}(?=\")")


def shown(client: Client, path: str = "/account") -> str:
    page = client.get(path)
    assert page.status_code == 200
    return _TOKEN.sub("", page.content.decode())


def active_in(account: Account) -> int:
    return Member.unscoped.filter(account=account, active=True).count()


def test_they_see_their_users_and_no_price(portal: Portal) -> None:
    client = keeper(portal)
    assert client.get("/").headers["Location"] == "/account"
    page = shown(client)
    assert "<b>30</b> users are active" in page
    assert "user00007@example.com" in page
    for word in ("Fabrikam", "Stranger", "$", "USD", "Invoice", "Usage", "peak", "billed"):
        assert word not in page


def test_users_are_made_inactive_and_active_with_a_reason(portal: Portal) -> None:
    client = keeper(portal)
    told = {"act": "deactivate", "email": emails(3), "reason": "left\x00 on Friday"}
    assert client.post("/account?search=user0", told).headers["Location"] == "/account?search=user0"
    page = shown(client)
    assert "3 users are inactive now." in page
    assert "left on Friday" in page
    assert active_in(portal.contoso) == 27
    batch = SeatBatch.unscoped.latest("pk")
    assert (batch.actor, batch.means, batch.reason) == (BO, "account page", "left on Friday")
    client.post("/account", {"act": "activate", "email": emails(2)})
    assert active_in(portal.contoso) == 29
    client.post("/account", {"act": "activate", "email": emails(2)})
    assert "were so already" in shown(client)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"act": "deactivate"},
        {"act": "rubbish", "email": "user00001@example.com"},
        {"act": "deactivate", "email": "nobody@example.com"},
        {"act": "deactivate", "email": "\x00"},
        {"act": "activate", "email": "x" * 10_000},
    ],
)
def test_what_means_nobody_changes_nothing(portal: Portal, sent: dict[str, str]) -> None:
    client = keeper(portal)
    assert client.post("/account", sent).status_code == 302
    assert client.get("/account").status_code == 200
    assert active_in(portal.contoso) == 30


def test_nobody_of_another_account_is_reached(portal: Portal) -> None:
    other = portal.opened("Litware")
    client = keeper(portal, other)
    assert "user00001" not in shown(client)
    client.post("/account", {"act": "deactivate", "email": emails(3)})
    client.post("/account/deny-list", {"act": "add", "patterns": "*@example.com"})
    assert (active_in(portal.contoso), active_in(portal.fabrikam)) == (30, 12)


def agreed(said: Any) -> dict[str, str]:
    """What the button of a preview sends."""
    pieces = said.content.decode().split('<input type="hidden" name="')[1:]
    return {one.partition('"')[0]: unescape(one.split('value="')[1].partition('"')[0]) for one in pieces}


def test_m19_who_becomes_inactive_is_shown_first(portal: Portal) -> None:
    client = keeper(portal)
    said = client.post("/account/deny-list", {"act": "add", "patterns": "*@example.com", "reason": "<b>moved"})
    text = said.content.decode()
    assert said.status_code == 200
    assert "<b>30 users</b> of your 30 active ones become inactive at once" in text
    assert "user00003@example.com" in text
    assert "and 10 more" in text
    assert "makes nobody active" in text
    assert "<b>moved" not in text
    assert (active_in(portal.contoso), DenyEntry.unscoped.count()) == (30, 0)
    assert client.post("/account/deny-list", agreed(said)).status_code == 302
    assert active_in(portal.contoso) == 0
    assert DenyEntry.unscoped.get().reason == "<b>moved"


def test_m19_a_yes_that_is_out_of_date_is_asked_anew(portal: Portal) -> None:
    client = keeper(portal)
    seen = agreed(client.post("/account/deny-list", {"act": "add", "patterns": "user0000*@example.com"}))
    deactivate_members(portal.northwind.pk, portal.contoso.pk, emails(1), cause=TESTER, clock=portal.clock)
    said = client.post("/account/deny-list", seen)
    assert said.status_code == 409
    assert "the numbers are others by now" in said.content.decode()
    assert DenyEntry.unscoped.count() == 0
    assert client.post("/account/deny-list", agreed(said)).status_code == 302
    assert "stood on the list already" in client.post("/account/deny-list", seen, follow=True).content.decode()
    assert DenyEntry.unscoped.count() == 1
    assert client.post("/account/deny-list", {"act": "change", "patterns": "x@y.example"}).status_code == 409


def test_m19_what_makes_nobody_inactive_is_done_at_once(portal: Portal) -> None:
    client = keeper(portal)
    said = client.post("/account/deny-list", {"act": "add", "patterns": "room@example.com"})
    assert (said.status_code, DenyEntry.unscoped.count()) == (302, 1)


def test_m21_the_limit_is_told_and_kept(portal: Portal) -> None:
    client = keeper(portal)
    client.post("/account", {"act": "deactivate", "email": emails(2)})
    set_member_limit(portal.northwind.pk, portal.contoso.pk, 29, cause=TESTER, clock=portal.clock)
    assert "limit 29, room for 1 more" in shown(client)
    client.post("/account", {"act": "activate", "email": emails(2)})
    page = shown(client)
    assert "the limit is reached: user00001@example.com" in page
    assert active_in(portal.contoso) == 29


def test_m19_the_deny_list_is_theirs(portal: Portal) -> None:
    client = keeper(portal)
    assert "Nobody is on it" in shown(client, "/account/deny-list")
    sent = {"act": "add", "patterns": "user00001@example.com\nuser00002@*\n", "reason": "rooms"}
    assert client.post("/account/deny-list", agreed(client.post("/account/deny-list", sent))).status_code == 302
    page = shown(client, "/account/deny-list")
    assert "2 active users are inactive now" in page
    assert "rooms" in page
    client.post("/account/deny-list", {"act": "remove", "pattern": "user00002@*"})
    assert list(DenyEntry.unscoped.values_list("pattern", flat=True)) == ["user00001@example.com"]
    assert active_in(portal.contoso) == 28
    said = client.post("/account/deny-list", {"act": "add", "patterns": "*@*"})
    assert (said.status_code, 'id="id_patterns_error"' in said.content.decode()) == (422, True)
    assert client.post("/account/deny-list", {"act": "add", "patterns": ""}).status_code == 422
    assert client.post("/account/deny-list", {"act": "remove", "pattern": "\x00"}).status_code == 302


def test_what_is_blocked_or_over_is_said(portal: Portal) -> None:
    client = keeper(portal)
    suspend_account(portal.northwind.pk, portal.contoso.pk, cause=BECAUSE, clock=portal.clock)
    page = shown(client)
    assert "Sign-in is blocked for everybody." in page
    assert "has not paid us" not in page
    trial = portal.opened("Litware", state="trial")
    other = keeper(portal, trial, "lu@litware.example")
    assert "trial until" in shown(other)
    portal.at(NOW + timedelta(days=20))
    assert "The trial has ended." in shown(other)


def test_what_is_closed_is_only_looked_at(portal: Portal) -> None:
    client = keeper(portal)
    close_account(portal.northwind.pk, portal.contoso.pk, cause=TESTER, clock=portal.clock)
    assert "Contoso is closed." in shown(client)
    before = SeatBatch.unscoped.count()
    client.post("/account", {"act": "deactivate", "email": emails(2)})
    client.post("/account/deny-list", {"act": "add", "patterns": "a@b.example"})
    assert (SeatBatch.unscoped.count(), DenyEntry.unscoped.count()) == (before, 0)


def test_a_closed_partner_s_accounts_are_only_looked_at(portal: Portal) -> None:
    client = keeper(portal)
    close_partner(portal.northwind.pk, cause=TESTER, clock=portal.clock)
    assert "Contoso is closed." in shown(client)


def test_administrators_reach_nothing_of_the_portal(portal: Portal) -> None:
    client = keeper(portal)
    for path in (
        "/usage",
        "/customers",
        "/users",
        "/team",
        "/activity",
        "/activity.csv",
        "/notifications",
        "/invoices",
    ):
        for said in (client.get(path), client.post(path)):
            assert (said.status_code, said.headers.get("Location")) in {(302, "/"), (405, None)}


def test_people_of_a_team_reach_nothing_of_the_account(portal: Portal) -> None:
    browser = portal.browser()
    for path in ("/account", "/account/deny-list"):
        assert browser.get(path).headers["Location"] == "/"
        assert browser.post(path, {"act": "deactivate", "email": emails(2)}).headers["Location"] == "/"
    assert active_in(portal.contoso) == 30
    assert Client().get("/account").status_code == 302


def test_whoever_is_removed_is_out_at_once(portal: Portal) -> None:
    client = keeper(portal)
    found = AccountAdministrator.unscoped.get()
    remove_administrator(portal.northwind.pk, found.pk, cause=TESTER, now=NOW)
    assert "/sign-in/login" in client.get("/account").headers["Location"]


def test_a_long_list_pages_with_as_many_queries(portal: Portal) -> None:
    small = keeper(portal, portal.fabrikam, "ed@fabrikam.example")
    large = keeper(portal, portal.opened("Litware", 120), "lu@litware.example")
    change_deny_list(
        *(portal.northwind.pk, portal.fabrikam.pk, "add", [Denied(f"x{number}@y.example") for number in range(60)]),
        cause=TESTER,
        clock=portal.clock,
    )

    def needed(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            shown(client, path)
        return len(found)

    for path in ("/account", "/account/deny-list"):
        needed(small, path), needed(large, path)
        assert needed(small, path) == needed(large, path)
    page = large.get("/account")
    assert "user00049@" in page.content.decode()
    assert "user00050@" not in page.content.decode()
    assert "user00050@" in shown(large, f"/account{page.context['next']}")


@pytest.mark.parametrize(
    "query", ["?search=%00%ED%A0%80", "?search=" + "%25" * 9_000, "?after=" + "z" * 300, "?state=x", "?page=99"]
)
def test_rubbish_in_the_address_breaks_nothing(portal: Portal, query: str) -> None:
    client = keeper(portal)
    assert client.get(f"/account{query}").status_code == 200
    assert client.get(f"/account/deny-list{query}").status_code == 200


def test_what_the_partner_wrote_of_them_stays_with_it(portal: Portal) -> None:
    deactivate_members(portal.northwind.pk, portal.contoso.pk, emails(1), cause=BECAUSE, clock=portal.clock)
    page = shown(keeper(portal))
    assert "has not paid us" not in page
    assert "dana@northwind.example" not in page
    assert "Northwind IT" in page


def test_names_are_only_names(portal: Portal) -> None:
    Member.unscoped.filter(account=portal.contoso).update(display_name="<script>alert(1)</script>")
    assert "<script>alert" not in shown(keeper(portal))
