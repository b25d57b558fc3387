"""Acts on users: their effect on the bill before, and what they do (rules M6, M15, M17, M18, M19, M21, M26)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.http import urlencode

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.actions.set_member_limit import set_member_limit
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, DenyEntry, FileImport, Member, SeatBatch
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER, active, emails, inactive


def ids(account: Account, addresses: list[str]) -> list[str]:
    rows = Member.unscoped.filter(account=account, email__in=addresses).order_by("email")
    return [row.public_id for row in rows]


def address(act: str, users: list[str] | None = None, **asked: str) -> str:
    return f"/users/change?{urlencode({'act': act, 'user': users or [], **asked}, doseq=True)}"


def shown(said: Any) -> str:
    text: str = said.content.decode()
    return text.split('name="shown" value="')[1].partition('"')[0]


def done(browser: Client, where: str, **typed: str) -> Any:
    """As a person does it: look, then confirm what was shown."""
    return browser.post(where, {"shown": shown(browser.get(where)), **typed}, follow=True)


def active_in(account: Account) -> int:
    account.refresh_from_db()
    return account.active_members


def is_made_inactive(portal: Portal, account: Account, count: int) -> None:
    change_seats(account.partner_id, inactive(account.pk, emails(count)), cause=TESTER, clock=portal.clock)


def test_m17_making_inactive_lowers_the_count_and_not_the_peak(portal: Portal) -> None:
    browser, users = portal.browser(), [*ids(portal.contoso, emails(2)), *ids(portal.fabrikam, emails(3))]
    where = address("deactivate", users)
    text = browser.get(where).content.decode()
    assert "stays at its peak of 42 until 4 February" in text
    assert "$" in text
    before = SeatBatch.unscoped.count()
    said = done(browser, where, reason="left in <January>")
    assert "Made inactive: 5 users." in said.content.decode()
    assert (active_in(portal.contoso), active_in(portal.fabrikam)) == (28, 9)
    batch = SeatBatch.unscoped.latest("pk")
    assert SeatBatch.unscoped.count() == before + 1, "one batch (rule M6)"
    assert (batch.actor, batch.means, batch.reason) == ("owner@northwind-it.example", "portal", "left in <January>")


def test_making_active_shows_what_it_costs(portal: Portal) -> None:
    is_made_inactive(portal, portal.contoso, 3)
    browser = portal.browser()
    text = browser.get(address("deactivate", ids(portal.contoso, emails(5)))).content.decode()
    assert "<h1>Make inactive: 2 users</h1>" in text
    assert "3 users are inactive already." in text
    where = address("activate", ids(portal.contoso, emails(3)))
    assert "costs nothing extra until 4 February" in browser.get(where).content.decode()
    done(browser, where)
    assert active_in(portal.contoso) == 30
    Member.unscoped.create(partner=portal.northwind, account=portal.contoso, email="zoe@example.com", active=False)
    where = address("activate", ids(portal.contoso, ["zoe@example.com"]))
    text = browser.get(where).content.decode()
    assert "Make active and bill from now on" in text
    assert "billed on 5 February" in text
    assert "Make active: zoe@example.com" in text


def test_without_prices_no_amount(portal: Portal) -> None:
    text = portal.browser("technician").get(address("deactivate", ids(portal.contoso, emails(2)))).content.decode()
    assert "42" in text
    assert "$" not in text


def test_all_that_a_filter_means_need_their_number(portal: Portal) -> None:
    browser = portal.browser()
    where = address("deactivate", everybody="yes", of="contoso", search="user0000")
    seen = browser.get(where)
    said = browser.post(where, {"shown": shown(seen), "number": "9"})
    assert said.status_code == 422
    assert active_in(portal.contoso) == 30
    assert "Made inactive: 10 users." in done(browser, where, number=" 10 ").content.decode()
    assert (active_in(portal.contoso), active_in(portal.fabrikam)) == (20, 12)


def test_a_yes_that_is_out_of_date_changes_nothing_and_is_asked_anew(portal: Portal) -> None:
    browser = portal.browser()
    where = address("deactivate", everybody="yes", of="contoso", state="active")
    seen = shown(browser.get(where))
    is_made_inactive(portal, portal.contoso, 1)
    said = browser.post(where, {"shown": seen, "number": "30"})
    assert said.status_code == 409
    assert active_in(portal.contoso) == 29
    assert "This has changed since it was shown" in said.content.decode()
    assert browser.post(where, {"shown": shown(said), "number": "29"}).status_code == 302
    assert active_in(portal.contoso) == 0


def test_sent_twice_it_is_done_once(portal: Portal) -> None:
    browser, where = portal.browser(), address("deactivate", ids(portal.contoso, emails(1)))
    seen = shown(browser.get(where))
    first, again = (browser.post(where, {"shown": seen}) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 409)
    assert active_in(portal.contoso) == 29


def test_m19_m21_who_is_left_out_is_named_with_the_reason(portal: Portal) -> None:
    is_made_inactive(portal, portal.contoso, 4)
    change_deny_list(
        portal.northwind.pk, portal.contoso.pk, "add", [Denied(emails(1)[0])], cause=TESTER, clock=portal.clock
    )
    set_member_limit(portal.northwind.pk, portal.contoso.pk, 28, cause=TESTER, clock=portal.clock)
    browser, where = portal.browser(), address("activate", ids(portal.contoso, emails(4)))
    text = browser.get(where).content.decode()
    for words in (text, done(browser, where).content.decode()):
        assert "On the deny list of Contoso, so they stay inactive: user00000@example.com." in words
        assert "Over the user limit of Contoso, so they stay inactive: user00003@example.com." in words
    assert active_in(portal.contoso) == 28


def test_m26_deleting_is_inactive_and_hidden(portal: Portal) -> None:
    browser, users = portal.browser(), ids(portal.contoso, emails(2))
    assert "Deleted: 2 users." in done(browser, address("delete", users)).content.decode()
    assert active_in(portal.contoso) == 28
    assert Member.unscoped.filter(hidden_at__isnull=False).count() == 2
    for again in (browser.get, browser.post):
        text = again(address("delete", users), follow=True).content.decode()
        assert "They are deleted already" in text
        assert "Nobody was ticked" not in text
    gone = browser.get(address("delete", everybody="yes", search="nobody"), follow=True)
    assert "No user is like that any more" in gone.content.decode()


def test_m19_onto_the_deny_list(portal: Portal) -> None:
    browser, users = portal.browser(), [*ids(portal.contoso, emails(2)), *ids(portal.fabrikam, emails(1))]
    done(browser, address("deny", users), reason="scanner")
    assert (active_in(portal.contoso), active_in(portal.fabrikam)) == (28, 11)
    entry = DenyEntry.unscoped.filter(account=portal.fabrikam).get()
    assert (entry.pattern, entry.reason, entry.added_by) == (emails(1)[0], "scanner", "owner@northwind-it.example")


def test_m6_moved_to_another_customer_the_count_stays(portal: Portal) -> None:
    adatum = portal.opened("Adatum")
    browser, users = portal.browser(), ids(portal.contoso, emails(2))
    assert "Customer to move them to" in browser.get(address("move", users)).content.decode()
    where = address("move", users, target=adatum.public_id)
    assert "No bill changes by it." in browser.get(where).content.decode()
    assert "Moved to Adatum: 2 users." in done(browser, where).content.decode()
    assert (active_in(portal.contoso), active_in(adatum)) == (28, 2)


def test_m20_that_nobody_signs_in_where_they_move_to_is_said(portal: Portal) -> None:
    trial, blocked = portal.opened("Adatum"), portal.fabrikam
    suspend_account(portal.northwind.pk, blocked.pk, cause=replace(TESTER, reason="unpaid"), clock=portal.clock)
    Account.unscoped.filter(pk=trial.pk).update(state="trial", trial_ends_at=NOW)
    browser, users = portal.browser(), ids(portal.contoso, emails(2))
    ended = browser.get(address("move", users, target=trial.public_id)).content.decode()
    assert "The free trial of Adatum has ended: nobody can sign in there, and nobody there is billed." in ended
    there = browser.get(address("move", users, target=blocked.public_id)).content.decode()
    assert "Sign-in is blocked for Fabrikam, so they cannot sign in there." in there
    open_there = browser.get(address("move", users, target=portal.opened("Litware").public_id)).content.decode()
    assert "sign in there" not in open_there


def test_any_of_1200_customers_is_found_to_move_to(portal: Portal) -> None:
    many = [NewAccount(f"Customer {number:04}") for number in range(1_200)]
    open_accounts(portal.northwind.pk, many, cause=TESTER, clock=portal.clock)
    browser, users = portal.browser(), ids(portal.contoso, emails(2))
    said = browser.get(address("move", users))
    assert len(said.content) < 60_000
    assert "The first 50 of 1,202." in said.content.decode()
    found = browser.get(address("move", users, find="er 1199")).content.decode()
    last = Account.unscoped.get(name="Customer 1199")
    assert f'<option value="{last.public_id}">Customer 1199' in found
    assert found.count('name="user" value="mem_') == 4, "both forms carry the ticked on"
    nobody = browser.get(address("move", users, find="<nobody>")).content.decode()
    assert "No customer has “&lt;nobody&gt;” in its name." in nobody
    assert (
        "Moved to Customer 1199"
        in done(browser, address("move", users, target=last.public_id, find="er 1199")).content.decode()
    )


def test_who_would_be_made_active_again_by_the_next_list_is_said(portal: Portal) -> None:
    for account, full in ((portal.contoso, True), (portal.fabrikam, False)):
        FileImport.unscoped.create(
            partner=portal.northwind, account=account, kind="members", state="done", name="x.csv", content=b"",
            options={"full_list": full}, brought_by="ana@northwind.example", brought_at=NOW,
        )  # fmt: skip
    browser, mine, others = portal.browser(), ids(portal.contoso, emails(1)), ids(portal.fabrikam, emails(1))
    text = browser.get(address("deactivate", mine)).content.decode()
    assert "The users of Contoso come from a full list" in text
    link = text.split('<a href="?')[1].partition('"')[0].replace("&amp;", "&")
    assert "Put on the deny list: user00000@example.com" in browser.get(f"/users/change?{link}").content.decode()
    for act, users in (("deactivate", others), ("delete", mine), ("deny", mine)):
        assert "full list" not in browser.get(address(act, users)).content.decode()
    FileImport.unscoped.create(
        partner=portal.northwind, account=portal.contoso, kind="members", state="done", name="y.csv", content=b"",
        options={"full_list": False}, brought_by="ana@northwind.example", brought_at=NOW,
    )  # fmt: skip
    assert "full list" not in browser.get(address("deactivate", mine)).content.decode(), "it was some of them last"


def test_what_a_move_cannot_do_is_said(portal: Portal) -> None:
    set_member_limit(portal.northwind.pk, portal.fabrikam.pk, 12, cause=TESTER, clock=portal.clock)
    users = ids(portal.contoso, emails(30)[20:22])
    said = portal.browser().get(address("move", users, target=portal.fabrikam.public_id))
    assert said.status_code == 409
    assert "would be over its limit" in said.content.decode()
    assert active_in(portal.contoso) == 30


def test_what_a_stopped_customer_cannot_do_is_said(portal: Portal) -> None:
    from pleamar.actions.stop_billing import stop_billing

    stop_billing(portal.northwind.pk, portal.contoso.pk, cause=TESTER, clock=portal.clock)
    said = portal.browser().get(address("activate", ids(portal.contoso, emails(1))))
    assert said.status_code == 409
    assert "Contoso" in said.content.decode()


def test_nobody_ticked(portal: Portal) -> None:
    said = portal.browser().get(address("deactivate"), follow=True)
    assert "Nobody was ticked" in said.content.decode()


@pytest.mark.parametrize("act", ["activate", "deactivate", "move", "deny", "delete"])
def test_somebody_else_s_users_are_nowhere(portal: Portal, act: str) -> None:
    browser, theirs = portal.browser(), ids(portal.stranger, emails(1))
    mine = ids(portal.contoso, emails(1))
    for users in (theirs, [*mine, *theirs], ["mem_x"], [portal.contoso.public_id], ["\x00"]):
        assert browser.get(address(act, users)).status_code == 404
        assert browser.post(address(act, users), {"shown": "1-1-42"}).status_code == 404
    assert active_in(portal.stranger) == 5


def test_rubbish_is_nowhere(portal: Portal) -> None:
    browser, mine = portal.browser(), ids(portal.contoso, emails(1))
    assert browser.get(address("burn", mine)).status_code == 404
    assert browser.get("/users/change").status_code == 404
    for target in (portal.stranger.public_id, "acc_x"):
        assert browser.get(address("move", mine, target=target)).status_code == 404
    assert browser.get(address("deactivate", mine, customer=portal.stranger.public_id)).status_code == 404


def test_a_reason_has_an_end(portal: Portal) -> None:
    browser, where = portal.browser(), address("deactivate", ids(portal.contoso, emails(1)))
    said = browser.post(where, {"shown": shown(browser.get(where)), "reason": "x" * 501})
    assert said.status_code == 422
    assert "id_reason_error" in said.content.decode()
    assert "x" * 501 in said.content.decode()
    assert browser.post(where, {"shown": shown(said), "reason": "\x00"}).status_code == 422
    assert active_in(portal.contoso) == 30


def test_who_may_not_change_users_does_not(portal: Portal) -> None:
    where = address("deactivate", ids(portal.contoso, emails(1)))
    viewer = portal.browser("viewer", sees_prices=True)
    assert viewer.get(where).status_code == viewer.post(where).status_code == 403
    assert done(portal.browser("technician"), where).status_code == 200
    assert active_in(portal.contoso) == 29


def test_more_than_ten_thousand_are_too_many(portal: Portal) -> None:
    change_seats(portal.northwind.pk, active(portal.contoso.pk, emails(10_001)), cause=TESTER, clock=portal.clock)
    said = portal.browser().get(address("deny", everybody="yes", of="contoso"))
    assert said.status_code == 409
    assert "More than 10,000 users are meant" in said.content.decode()
    text = portal.browser().get("/users").content.decode()
    assert "more than 10,000 users" in text
    assert 'name="everybody"' not in text
