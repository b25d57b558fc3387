"""Who is in a partner's team, invited, changed and removed in the portal; and the administrators of its customers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.invite_person import invite_person
from pleamar.models import AccountAdministrator, Invitation, TeamMember, User
from pleamar.wiring.links import invitation_link
from tests.entrypoints.portal.conftest import NOW, PASSWORD, Portal
from tests.fakes.people import TESTER

ANA = "ana@northwind.example"
INVITE = {"act": "invite", "email": ANA, "role": "technician"}


def link(invitation: Invitation) -> str:
    told = invitation_link(invitation.public_id, {}, site="http://testserver")
    assert told is not None
    return told.removeprefix("http://testserver")


def person(portal: Portal, role: str = "technician") -> TeamMember:
    return TeamMember.unscoped.get(user=portal.user(role))  # type: ignore[arg-type]


def administrator(portal: Portal, email: str = "bo@contoso.example") -> AccountAdministrator:
    invitation = invite_person(
        portal.northwind.pk, email, "administrator", account_id=portal.contoso.pk, cause=TESTER, now=NOW
    )
    accept_invitation(invitation.public_id, name="Bo", password=PASSWORD, now=NOW)
    return AccountAdministrator.unscoped.get(user__email=email)


def test_somebody_is_invited_and_comes_in(portal: Portal) -> None:
    browser = portal.browser()
    assert browser.post("/team", INVITE).status_code == 302
    assert ANA in browser.get("/team").content.decode()
    guest = Client()
    page = guest.get(link(Invitation.unscoped.get()))
    assert "Owner (owner@northwind-it.example)" in page.content.decode()
    said = guest.post(link(Invitation.unscoped.get()), {"name": "Ana Ruiz", "password": PASSWORD})
    assert (said.status_code, said.headers["Location"]) == (302, "/")
    assert guest.session["_auth_user_id"] == str(User.objects.get(email=ANA).pk)
    assert TeamMember.unscoped.get(user__email=ANA).role == "technician"


def test_a_form_sent_twice_invites_once(portal: Portal) -> None:
    browser = portal.browser()
    browser.post("/team", INVITE)
    assert browser.post("/team", INVITE).status_code == 422
    assert Invitation.unscoped.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "owner@northwind-it.example"}, "email"),
        ({"email": "x" * 10_000 + "@y.example"}, "email"),
        ({"email": "a\x00b@y.example"}, "email"),
        ({"role": "boss"}, "role"),
        ({"role": "administrator"}, "role"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(portal: Portal, wrong: dict[str, str], field: str) -> None:
    said = portal.browser().post("/team", {**INVITE, **wrong})
    assert said.status_code == 422
    assert f'id="id_{field}_error"' in said.content.decode()
    assert not Invitation.unscoped.exists()


def test_an_invitation_is_sent_again_or_withdrawn(portal: Portal) -> None:
    browser = portal.browser()
    browser.post("/team", INVITE)
    invitation = Invitation.unscoped.get()
    portal.at(NOW + timedelta(days=8))
    assert "Run out" in browser.get("/team").content.decode()
    browser.post("/team", {"act": "renew", "invitation": invitation.public_id})
    invitation.refresh_from_db()
    assert invitation.expires_at > NOW + timedelta(days=14)
    browser.post("/team", {"act": "withdraw", "invitation": invitation.public_id})
    assert (
        ANA
        not in browser.get("/team").content.decode().partition("<main")[2].partition("</main>")[0].split("notice")[0]
    )
    for act in ("renew", "withdraw", "rubbish"):
        assert browser.post("/team", {"act": act, "invitation": "\x00"}).status_code == 302


def test_a_role_is_changed(portal: Portal) -> None:
    technician = person(portal)
    said = portal.browser().post(f"/team/{technician.public_id}", {"role": "viewer", "sees_prices": "on"})
    assert said.status_code == 302
    technician.refresh_from_db()
    assert (technician.role, technician.sees_prices) == ("viewer", True)


def test_the_only_owner_stays(portal: Portal) -> None:
    browser, owner = portal.browser(), person(portal, "owner")
    said = browser.post(f"/team/{owner.public_id}", {"role": "viewer"})
    assert (said.status_code, 'id="id_role_error"' in said.content.decode()) == (422, True)
    said = browser.post(f"/team/{owner.public_id}/remove", {"leaving": "yes"})
    assert said.status_code == 422
    assert "only owner" in said.content.decode()


def test_whoever_is_removed_is_out_at_once(portal: Portal) -> None:
    theirs, technician = portal.browser("technician"), person(portal)
    assert theirs.get("/activity").status_code == 200
    browser = portal.browser()
    assert "signed out at once" in browser.get(f"/team/{technician.public_id}/remove").content.decode()
    assert browser.post(f"/team/{technician.public_id}/remove").status_code == 302
    assert theirs.get("/activity").status_code == 302
    assert browser.post(f"/team/{technician.public_id}/remove").status_code == 404


def test_nobody_leaves_by_accident(portal: Portal) -> None:
    second = portal.user("owner", partner=portal.northwind, sees_prices=True)
    TeamMember.unscoped.filter(user=portal.user("viewer")).update(role="owner", sees_prices=True)
    browser, own = portal.browser(), TeamMember.unscoped.get(user=second)
    said = browser.post(f"/team/{own.public_id}/remove")
    assert (said.status_code, TeamMember.unscoped.filter(pk=own.pk).exists()) == (422, True)
    assert browser.post(f"/team/{own.public_id}/remove", {"leaving": "yes"}).status_code == 302
    assert browser.get("/team").status_code == 302
    assert not TeamMember.unscoped.filter(pk=own.pk).exists()


@pytest.mark.parametrize("role", ["technician", "viewer"])
def test_the_team_is_for_owners(portal: Portal, role: str) -> None:
    browser, owner = portal.browser(role), person(portal, "owner")  # type: ignore[arg-type]
    for path in ("/team", f"/team/{owner.public_id}", f"/team/{owner.public_id}/remove"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, INVITE).status_code == 403
    page = f"/customers/{portal.contoso.public_id}/administrators"
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"act": "invite", "email": ANA}).status_code == 403
    assert not Invitation.unscoped.exists()


def test_a_change_asks_again_who_it_is(portal: Portal) -> None:
    said = portal.browser(fresh=False).post("/team", INVITE)
    assert said.status_code == 302
    assert "reauthenticate" in said.headers["Location"]
    assert not Invitation.unscoped.exists()


def test_another_partner_s_people_are_not_there(portal: Portal) -> None:
    stranger = TeamMember.unscoped.get(user=portal.user("owner", partner=portal.tailwind))
    other = portal.browser(partner=portal.tailwind)
    other.post("/team", INVITE)
    browser = portal.browser()
    assert ANA not in browser.get("/team").content.decode()
    browser.post("/team", {"act": "withdraw", "invitation": Invitation.unscoped.get().public_id})
    assert Invitation.unscoped.get().withdrawn_at is None
    for wanted in (stranger.public_id, "tea_rubbish", "%00", "tea_" + "z" * 26):
        assert browser.get(f"/team/{wanted}").status_code == 404
        assert browser.post(f"/team/{wanted}/remove").status_code == 404
    for account in (portal.stranger.public_id, "acc_rubbish"):
        assert browser.get(f"/customers/{account}/administrators").status_code == 404


def test_a_name_is_only_a_name(portal: Portal) -> None:
    TeamMember.unscoped.filter(user=portal.user("viewer")).update(role="viewer")
    User.objects.filter(pk=portal.user("viewer").pk).update(name="<script>alert(1)</script>")
    assert "<script>alert" not in portal.browser().get("/team").content.decode()


def test_a_customer_s_administrator_is_invited_and_removed(portal: Portal) -> None:
    browser, page = portal.browser(), f"/customers/{portal.contoso.public_id}/administrators"
    assert browser.post(page, {"act": "invite", "email": ANA}).status_code == 302
    assert ANA in browser.get(page).content.decode()
    assert browser.post(page, {"act": "invite", "email": "owner@northwind-it.example"}).status_code == 422
    bo = administrator(portal)
    assert "Contoso" in browser.get("/team/administrators").content.decode()
    assert "Fabrikam" not in browser.get("/team/administrators").content.decode()
    assert "Fabrikam" in browser.get("/team/administrators?customer=fabri").content.decode()
    path = f"{page}/{bo.public_id}/remove"
    assert browser.get(path.replace(portal.contoso.public_id, portal.fabrikam.public_id)).status_code == 404
    assert browser.get(path).status_code == 200
    assert browser.post(path).status_code == 302
    assert not AccountAdministrator.unscoped.exists()
    assert browser.post(path).status_code == 404


@pytest.mark.parametrize(
    "query", ["?page=99", "?page=x", "?customer=" + "x" * 10_000, "?customer=%00%ED%A0%80", "?page=-1"]
)
def test_rubbish_in_the_address_breaks_nothing(portal: Portal, query: str) -> None:
    assert portal.browser().get(f"/team/administrators{query}").status_code == 200
    assert portal.browser().get(f"/team{query}").status_code == 200


def test_a_longer_team_costs_no_more_queries(portal: Portal) -> None:
    browser = portal.browser()

    def needed() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/team").status_code == 200
        return len(queries)

    needed()
    before = needed()
    for number in range(60):
        user = User.objects.create_user(f"u{number}@northwind.example", PASSWORD, created_at=NOW)
        TeamMember.unscoped.create(user=user, partner=portal.northwind, role="viewer", joined_at=NOW)
    for number in range(10):
        invite_person(portal.northwind.pk, f"i{number}@x.example", "viewer", cause=TESTER, now=NOW)
    assert needed() == before
