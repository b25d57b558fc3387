"""`pleamar team …`: how the vendor lets a partner's first owner in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.models import AuditEvent, Invitation, OutboxMessage, TeamMember, User
from pleamar.wiring.links import invitation_of
from tests.entrypoints.console import Console

ANA, OF = "ana@northwind.example", ("--partner", "Northwind IT")


@pytest.fixture
def console(console: Console) -> Console:
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    return console


def joined(email: str = ANA) -> None:
    invitation = Invitation.unscoped.get(email=email)
    accept_invitation(invitation.public_id, name="Ana", password="tide-comes-in-9", now=invitation.invited_at)


def test_the_first_owner_is_invited(console: Console) -> None:
    first, link = console.do("team", "invite", ANA, *OF).splitlines()
    assert first.startswith(f"invited {ANA} to the team of Northwind IT as owner, until 2026-01-22T09:00:")
    assert first.endswith("Z: the mail is written")
    assert invitation_of(link.rpartition("/")[2]) == Invitation.unscoped.get().public_id
    (row,) = console.rows("team", "list", *OF)
    assert (row["email"], row["state"], row["role"], row["sees_prices"]) == (ANA, "invited", "owner", "true")
    joined()
    (row,) = console.rows("team", "list", *OF)
    assert (row["name"], row["state"], row["last_sign_in"]) == ("Ana", "in", "")


def test_an_administrator_of_one_account_is_invited(console: Console) -> None:
    console.do("account", "add", "Contoso", *OF)
    said = console.do("team", "invite", ANA, *OF, "--account", "Contoso")
    assert "to Contoso as administrator" in said
    assert console.rows("team", "list", *OF) == []


def test_a_role_is_changed_and_somebody_removed(console: Console) -> None:
    console.do("team", "invite", ANA, *OF)
    joined()
    assert "only owner" in console.refused("team", "role", ANA, "viewer", *OF)
    assert "no role “boss”" in console.refused("team", "role", ANA, "boss", *OF)
    assert "only owner" in console.refused("team", "remove", ANA, *OF)
    console.do("team", "invite", "bo@northwind.example", *OF, "--role", "technician", "--sees-prices")
    joined("bo@northwind.example")
    assert (
        console.do("team", "role", "BO@northwind.example", "viewer", *OF)
        == "bo@northwind.example: viewer, sees no prices\n"
    )
    assert "signed out everywhere" in console.do("team", "remove", "bo@northwind.example", *OF)
    assert TeamMember.unscoped.count() == 1
    assert "nobody like that" in console.refused("team", "remove", "bo@northwind.example", *OF)


def test_an_invitation_is_withdrawn(console: Console) -> None:
    console.do("team", "invite", ANA, *OF)
    assert "invited already" in console.refused("team", "invite", ANA, *OF)
    assert console.do("team", "remove", ANA, *OF) == f"the invitation of {ANA} is withdrawn\n"
    console.do("team", "invite", ANA, *OF)


def second_factors(user: User) -> None:
    for kind, data in (("totp", {"secret": "x"}), ("webauthn", {"name": "Laptop"}), ("recovery_codes", {"seed": "x"})):
        Authenticator.objects.create(user=user, type=kind, data=data)


def test_second_factors_that_were_lost_are_removed(console: Console) -> None:
    console.do("team", "invite", ANA, *OF)
    joined()
    user = User.objects.get(email=ANA)
    other = User.objects.create_user("bo@northwind.example", "tide-comes-in-9", created_at=user.created_at)
    second_factors(other)
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/security").status_code == 200
    second_factors(user)
    said = console.do("team", "reset-sign-in", " Ana@Northwind.example", "--reason", "called back on her number")
    assert (
        said == "second factors removed: 2; ana@northwind.example is signed out everywhere and signs in by password\n"
    )
    assert not Authenticator.objects.filter(user=user).exists()
    assert Authenticator.objects.filter(user=other).count() == 3
    assert "_auth_user_id" not in browser.session
    event = AuditEvent.unscoped.get(act="reset sign-in")
    assert event.partner.name == "Northwind IT"
    assert event.actor.endswith(" at the console")
    assert (event.subject, event.reason) == (user.public_id, "called back on her number")
    assert event.facts == {"means": "team reset-sign-in", "reference": "", "email": ANA, "factors": 2}
    (mail,) = OutboxMessage.unscoped.filter(topic="sign_in_changed")
    assert (mail.recipient, mail.facts["change"]) == (ANA, "reset_by_staff")


def test_the_partner_reads_of_it(console: Console) -> None:
    console.do("team", "invite", ANA, *OF)
    joined()
    console.do("team", "reset-sign-in", ANA, "--reason", "lost her telephone")
    console.do("settings", "set", "second_factor_roles", "")
    browser = Client()
    browser.force_login(User.objects.get(email=ANA), backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get("/activity").content.decode()
    assert "Second factors removed, to sign in by password" in page
    assert f"{ANA} · lost her telephone" in page


def test_one_of_a_customer_is_read_of_by_its_partner(console: Console) -> None:
    console.do("account", "add", "Contoso", *OF)
    console.do("team", "invite", ANA, *OF, "--account", "Contoso")
    joined()
    console.do("team", "reset-sign-in", ANA, "--reason", "lost her telephone")
    assert AuditEvent.unscoped.get(act="reset sign-in").partner.name == "Northwind IT"


def test_who_does_not_sign_in_and_no_reason_are_refused(console: Console) -> None:
    said = console.refused("team", "reset-sign-in", "nobody@northwind.example", "--reason", "x")
    assert said.startswith("Nobody signs in as “nobody@northwind.example”.")
    assert console.run("team", "reset-sign-in", ANA).code == 2
    assert not AuditEvent.unscoped.filter(act="reset sign-in").exists()
