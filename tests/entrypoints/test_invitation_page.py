"""The page on which somebody accepts an invitation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.close_partner import close_partner
from pleamar.actions.invite_person import invite_person
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.withdraw_invitation import withdraw_invitation
from pleamar.models import AccountAdministrator, Installation, Invitation, Partner, TeamMember, User
from pleamar.ports.mail import Letter, MailUndelivered, Message
from pleamar.rules.invitations import GOOD_FOR
from pleamar.wiring.clock import move_clock_to
from pleamar.wiring.links import invitation_link, with_links
from tests.entrypoints.mail_topics import message
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
ANA, PASSWORD = "ana@northwind.example", "tide-comes-in-9"
TYPED = {"name": "Ana Ruiz", "password": PASSWORD}


@pytest.fixture
def northwind(installation: Installation) -> Partner:
    move_clock_to(NOW)
    return open_partner(NewPartner("Northwind IT", "USD"), created=NOW, cause=TESTER, now=NOW)


@pytest.fixture
def invitation(northwind: Partner) -> Invitation:
    return invite_person(northwind.pk, ANA, "technician", by="Dana Marsh", cause=TESTER, now=NOW)


def link(invitation: Invitation) -> str:
    return str(invitation_link(invitation.public_id, {}, site="https://x.example")).removeprefix("https://x.example")


def signed_in(email: str) -> Client:
    user = User.objects.create_user(email, PASSWORD, created_at=NOW)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_it_says_who_invites_to_what(invitation: Invitation) -> None:
    page = Client().get(link(invitation)).content.decode()
    for word in ("Northwind IT", "Dana Marsh", "Technician", ANA):
        assert word in page
    assert not User.objects.exists()


def test_accepting_signs_in_and_goes_home(invitation: Invitation) -> None:
    client = Client()
    said = client.post(link(invitation), TYPED)
    assert (said.status_code, said.headers["Location"]) == (302, "/")
    assert TeamMember.unscoped.get().user.name == "Ana Ruiz"
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert client.get(link(invitation)).headers["Location"] == "/"


def test_sent_twice_it_is_accepted_once(invitation: Invitation) -> None:
    Client().post(link(invitation), TYPED)
    other = Client()
    said = other.post(link(invitation), {"name": "Mallory", "password": "another-one-77"})
    assert "/sign-in/login" in said.headers["Location"]
    assert "_auth_user_id" not in other.session
    assert User.objects.get().check_password(PASSWORD)


def test_one_accepted_meanwhile_signs_nobody_in(invitation: Invitation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the page's look and the act, somebody else was quicker."""
    from pleamar.entrypoints.sign_in import invitation_page

    def quicker(public_id: str, **told: object) -> object:
        accept_invitation(public_id, name="Ana", password=PASSWORD, now=NOW)
        return accept_invitation(public_id, name="Mallory", password="another-one-77", now=NOW)

    monkeypatch.setattr(invitation_page, "accept_invitation", quicker)
    client = Client()
    assert "/sign-in/login" in client.post(link(invitation), TYPED).headers["Location"]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 200}, "name"),
        ({"name": "A\x00B"}, "name"),
        ({"password": ""}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "password1"}, "password"),
        ({"password": "x" * 10_000}, "password"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(invitation: Invitation, wrong: dict[str, str], field: str) -> None:
    said = Client().post(link(invitation), {**TYPED, **wrong})
    page = said.content.decode()
    assert (said.status_code, f'id="id_{field}_error"' in page) == (422, True)
    assert PASSWORD not in page
    assert not User.objects.exists()


@pytest.mark.parametrize("token", ["rubbish", "a:b:c", "Iml2dCI:1xVQRp:MNrM6", "%00", "x" * 2_000])
def test_a_forged_link_is_none(installation: Installation, token: str) -> None:
    said = Client().get(f"/invitation/{token}")
    assert (said.status_code, "This is no invitation" in said.content.decode()) == (404, True)


def test_one_that_has_run_out_says_so(invitation: Invitation) -> None:
    move_clock_to(NOW + GOOD_FOR + timedelta(hours=1))
    for said in (Client().get(link(invitation)), Client().post(link(invitation), TYPED)):
        assert (said.status_code, "has run out" in said.content.decode()) == (410, True)
    assert not User.objects.exists()


def test_one_that_was_withdrawn_says_so(invitation: Invitation) -> None:
    withdraw_invitation(invitation.partner_id, invitation.pk, cause=TESTER, now=NOW)
    said = Client().post(link(invitation), TYPED)
    assert (said.status_code, "was withdrawn" in said.content.decode()) == (410, True)


def test_one_to_a_closed_partner_says_so(invitation: Invitation) -> None:
    close_partner(invitation.partner_id, cause=TESTER, clock=SteppedClock(NOW))
    said = Client().get(link(invitation))
    assert (said.status_code, "nothing to join" in said.content.decode()) == (410, True)


def test_somebody_else_in_this_browser_is_told(invitation: Invitation) -> None:
    client = signed_in("bo@elsewhere.example")
    page = client.get(link(invitation)).content.decode()
    assert "In this browser bo@elsewhere.example is signed in" in page
    assert 'name="password"' not in page
    assert client.post(link(invitation), TYPED).status_code == 200
    assert not TeamMember.unscoped.exists()
    said = client.post("/sign-in/logout/", {"next": link(invitation)})
    assert said.headers["Location"] == link(invitation)


def test_an_administrator_is_let_in_to_their_account(northwind: Partner) -> None:
    account = open_account(northwind.pk, "Contoso <b>", cause=TESTER, clock=SteppedClock(NOW))
    invitation = invite_person(northwind.pk, ANA, "administrator", account_id=account.pk, cause=TESTER, now=NOW)
    client = Client()
    page = client.get(link(invitation)).content.decode()
    assert "Contoso &lt;b&gt;" in page
    assert "Meridian Software invites you" in page
    client.post(link(invitation), TYPED)
    assert AccountAdministrator.unscoped.get().account_id == account.pk


def test_the_mail_brings_the_link_while_there_is_something_to_accept(invitation: Invitation) -> None:
    told = {"invitation": invitation.public_id, "site": "https://x.example"}
    seen: list[Message] = []

    def write(message: Message) -> Letter:
        seen.append(message)
        return Letter(message.id, message.to, message.written_at, "", "")

    mail = with_links(write)
    mail(message("invitation", facts=told))
    assert str(seen[0].facts["link"]).removeprefix("https://x.example") == link(invitation)
    withdraw_invitation(invitation.partner_id, invitation.pk, cause=TESTER, now=NOW)
    with pytest.raises(MailUndelivered) as undelivered:
        mail(message("invitation", facts=told))
    assert undelivered.value.for_good
