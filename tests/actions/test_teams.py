"""Who is let into a partner's team or a customer's own pages, as what, and how they leave."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.change_role import change_role
from pleamar.actions.close_account import close_account
from pleamar.actions.close_partner import close_partner
from pleamar.actions.invite_person import invite_person
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.remove_administrator import remove_administrator
from pleamar.actions.remove_person import remove_person
from pleamar.actions.renew_invitation import renew_invitation
from pleamar.actions.withdraw_invitation import withdraw_invitation
from pleamar.models import (
    Account,
    AccountAdministrator,
    AuditEvent,
    Invitation,
    OutboxMessage,
    Partner,
    TeamMember,
    User,
)
from pleamar.rules.causes import Cause
from pleamar.rules.invitations import GOOD_FOR, MOST_OPEN
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER

ANA, PASSWORD = "ana@northwind.example", "tide-comes-in-9"


def acts(act: str) -> int:
    return AuditEvent.unscoped.filter(act=act).count()


def invited(partner: Partner, clock: SteppedClock, role: str = "owner", email: str = ANA) -> Invitation:
    return invite_person(partner.pk, email, role, cause=TESTER, now=clock(), by="Dana")


def joined(partner: Partner, clock: SteppedClock, role: str = "owner", email: str = ANA) -> TeamMember:
    invitation = invited(partner, clock, role, email)
    accept_invitation(invitation.public_id, name="Ana Ruiz", password=PASSWORD, now=clock())
    return TeamMember.unscoped.get(user__email=email)


def administering(account: Account, clock: SteppedClock, email: str = "bo@contoso.example") -> AccountAdministrator:
    invitation = invite_person(
        account.partner_id, email, "administrator", account_id=account.pk, cause=TESTER, now=clock()
    )
    accept_invitation(invitation.public_id, name="Bo", password=PASSWORD, now=clock())
    return AccountAdministrator.unscoped.get(user__email=email)


def other_partner(clock: SteppedClock) -> Partner:
    return open_partner(NewPartner("Tailwind", "USD"), created=clock(), cause=TESTER, now=clock())


def test_an_invitation_is_mailed_and_audited(partner: Partner, clock: SteppedClock) -> None:
    invitation = invited(partner, clock, "technician", " Ana@Northwind.example ")
    assert (invitation.email, invitation.role, invitation.sees_prices) == (ANA, "technician", False)
    assert invitation.expires_at == invitation.invited_at + GOOD_FOR
    mail = OutboxMessage.unscoped.get(topic="invitation")
    assert (mail.recipient, mail.facts["by"], mail.facts["invitation"]) == (ANA, "Dana", invitation.public_id)
    assert acts("invite person") == 1


def test_accepting_makes_a_user_whose_address_is_verified(partner: Partner, clock: SteppedClock) -> None:
    person = joined(partner, clock, "owner")
    assert (person.role, person.sees_prices, person.partner_id) == ("owner", True, partner.pk)
    assert person.user.check_password(PASSWORD)
    address = EmailAddress.objects.get(user=person.user)
    assert (address.email, address.verified, address.primary) == (ANA, True, True)
    assert acts("accept invitation") == 1


def test_accepting_twice_changes_nothing(partner: Partner, clock: SteppedClock) -> None:
    person = joined(partner, clock)
    invitation = Invitation.unscoped.get()
    again = accept_invitation(invitation.public_id, name="Mallory", password="another-one-77", now=clock())
    assert (again.user, again.joined) == (person.user, False)
    assert User.objects.get().name == "Ana Ruiz"
    assert User.objects.get().check_password(PASSWORD)
    assert (TeamMember.unscoped.count(), acts("accept invitation")) == (1, 1)


def test_an_address_has_one_open_invitation(partner: Partner, clock: SteppedClock) -> None:
    invited(partner, clock)
    other = other_partner(clock)
    for who, code in ((partner, "invitation_open"), (other, "address_not_invited")):
        with pytest.raises(Refused) as refused:
            invited(who, clock)
        assert refused.value.code == code
    clock.forward(days=GOOD_FOR.days)
    assert invited(other, clock).partner_id == other.pk


def test_a_renewed_invitation_is_good_for_as_long_again(partner: Partner, clock: SteppedClock) -> None:
    invitation = invited(partner, clock)
    clock.forward(days=GOOD_FOR.days)
    with pytest.raises(Refused) as refused:
        accept_invitation(invitation.public_id, name="Ana", password=PASSWORD, now=clock())
    assert refused.value.code == "invitation_expired"
    renewed = renew_invitation(partner.pk, invitation.pk, cause=TESTER, now=clock())
    assert renewed.expires_at == clock() + GOOD_FOR
    assert OutboxMessage.unscoped.filter(topic="invitation").count() == 2
    assert accept_invitation(invitation.public_id, name="Ana", password=PASSWORD, now=clock()).joined
    with pytest.raises(Refused) as refused:
        renew_invitation(partner.pk, invitation.pk, cause=TESTER, now=clock())
    assert refused.value.code == "invitation_unknown"


def test_a_withdrawn_invitation_opens_nothing(partner: Partner, clock: SteppedClock) -> None:
    invitation = invited(partner, clock)
    for _ in range(2):
        withdraw_invitation(partner.pk, invitation.pk, cause=TESTER, now=clock())
    assert acts("withdraw invitation") == 1
    with pytest.raises(Refused) as refused:
        accept_invitation(invitation.public_id, name="Ana", password=PASSWORD, now=clock())
    assert refused.value.code == "invitation_withdrawn"
    joined(partner, clock)
    accepted = Invitation.unscoped.exclude(pk=invitation.pk).get()
    with pytest.raises(Refused) as refused:
        withdraw_invitation(partner.pk, accepted.pk, cause=TESTER, now=clock())
    assert refused.value.code == "invitation_accepted"


@pytest.mark.parametrize("act", [renew_invitation, withdraw_invitation])
def test_another_partner_s_invitation_is_unknown(partner: Partner, clock: SteppedClock, act: object) -> None:
    invitation, other = invited(partner, clock), other_partner(clock)
    assert callable(act)
    with pytest.raises(Refused) as refused:
        act(other.pk, invitation.pk, cause=TESTER, now=clock())
    assert refused.value.code == "invitation_unknown"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"name": "  ", "password": PASSWORD}, "name_invalid"),
        ({"name": "Ana\nB", "password": PASSWORD}, "name_invalid"),
        ({"name": "Ana https://evil.example", "password": PASSWORD}, "name_is_a_link"),
        ({"name": "Win: WWW.evil.example", "password": PASSWORD}, "name_is_a_link"),
        ({"name": "evil.example/win", "password": PASSWORD}, "name_is_a_link"),
        ({"name": "Ana", "password": "short"}, "password_unfit"),
        ({"name": "Ana", "password": ANA}, "password_unfit"),
        ({"name": "Ana", "password": "password1"}, "password_unfit"),
    ],
)
def test_what_lets_nobody_in_is_refused(
    partner: Partner, clock: SteppedClock, wanted: dict[str, str], code: str
) -> None:
    invitation = invited(partner, clock)
    with pytest.raises(Refused) as refused:
        accept_invitation(invitation.public_id, **wanted, now=clock())
    assert (refused.value.code, User.objects.count()) == (code, 0)


@pytest.mark.parametrize("rubbish", ["", "ivt_", "ivt_!", "par_00000000000000000000000000", "\x00"])
def test_an_invitation_that_there_is_not(installation: object, clock: SteppedClock, rubbish: str) -> None:
    with pytest.raises(Refused) as refused:
        accept_invitation(rubbish, name="Ana", password=PASSWORD, now=clock())
    assert refused.value.code == "invitation_unknown"


def test_roles_are_few(partner: Partner, account: Account, clock: SteppedClock) -> None:
    for role, account_id in (("boss", None), ("administrator", None), ("owner", account.pk)):
        with pytest.raises(Refused) as refused:
            invite_person(partner.pk, ANA, role, account_id=account_id, cause=TESTER, now=clock())
        assert refused.value.code == "role_unknown"


def test_there_is_an_end_to_invitations(partner: Partner, clock: SteppedClock) -> None:
    for number in range(MOST_OPEN):
        invited(partner, clock, "viewer", f"user{number}@northwind.example")
    with pytest.raises(Refused) as refused:
        invited(partner, clock)
    assert refused.value.code == "too_many_invitations"
    clock.forward(days=GOOD_FOR.days)
    invited(partner, clock)


def test_a7_an_administrator_s_address_is_not_a_partner_s(
    partner: Partner, account: Account, clock: SteppedClock
) -> None:
    joined(partner, clock)
    other = other_partner(clock)
    administering(account, clock)
    for who, email, account_id, code in (
        (partner, ANA, account.pk, "administrator_in_team"),
        (partner, ANA, None, "already_in_team"),
        (other, ANA, None, "address_not_invited"),
        (other, "bo@contoso.example", None, "address_not_invited"),
        (partner, "bo@contoso.example", account.pk, "already_administrator"),
        (partner, "bo@contoso.example", None, "team_person_administers"),
    ):
        role = "administrator" if account_id else "viewer"
        with pytest.raises(Refused) as refused:
            invite_person(who.pk, email, role, account_id=account_id, cause=TESTER, now=clock())
        assert refused.value.code == code


def test_what_is_closed_lets_nobody_in(partner: Partner, account: Account, clock: SteppedClock) -> None:
    waiting = invite_person(partner.pk, ANA, "administrator", account_id=account.pk, cause=TESTER, now=clock())
    close_account(partner.pk, account.pk, cause=TESTER, clock=clock)
    with pytest.raises(Refused) as refused:
        accept_invitation(waiting.public_id, name="Ana", password=PASSWORD, now=clock())
    assert refused.value.code == "account_is_closed"
    close_partner(partner.pk, cause=TESTER, clock=clock)
    with pytest.raises(Refused) as refused:
        invited(partner, clock, email="bo@northwind.example")
    assert refused.value.code == "partner_closed"


def test_a_role_changes_and_is_audited(partner: Partner, clock: SteppedClock) -> None:
    joined(partner, clock, email="luz@northwind.example")
    person = joined(partner, clock)
    for _ in range(2):
        change_role(partner.pk, person.pk, "technician", sees_prices=False, cause=TESTER, now=clock())
    person.refresh_from_db()
    assert (person.role, person.sees_prices, acts("change role")) == ("technician", False, 1)
    change_role(partner.pk, person.pk, "owner", sees_prices=False, cause=TESTER, now=clock())
    person.refresh_from_db()
    assert person.sees_prices


def test_the_last_owner_stays_one(partner: Partner, clock: SteppedClock) -> None:
    person = joined(partner, clock)
    joined(partner, clock, "technician", "tom@northwind.example")
    with pytest.raises(Refused) as refused:
        change_role(partner.pk, person.pk, "viewer", sees_prices=True, cause=TESTER, now=clock())
    assert refused.value.code == "last_owner"
    with pytest.raises(Refused) as refused:
        remove_person(partner.pk, person.pk, cause=Cause(ANA, "portal"), now=clock(), leaving=True)
    assert refused.value.code == "last_owner"


def test_nobody_leaves_by_accident(partner: Partner, clock: SteppedClock) -> None:
    joined(partner, clock, email="luz@northwind.example")
    person = joined(partner, clock)
    with pytest.raises(Refused) as refused:
        remove_person(partner.pk, person.pk, cause=Cause(ANA, "portal"), now=clock())
    assert refused.value.code == "removing_yourself"
    remove_person(partner.pk, person.pk, cause=Cause(ANA, "portal"), now=clock(), leaving=True)
    assert TeamMember.unscoped.count() == 1


def test_whoever_is_removed_is_signed_out_everywhere(partner: Partner, clock: SteppedClock) -> None:
    joined(partner, clock, email="luz@northwind.example")
    person = joined(partner, clock)
    session = SessionStore()
    session.create()
    assert session.session_key is not None
    UserSession.objects.create(user=person.user, ip="127.0.0.1", session_key=session.session_key)
    remove_person(partner.pk, person.pk, cause=TESTER, now=clock())
    assert not SessionStore().exists(session.session_key)
    user = User.objects.get(email=ANA)
    assert not user.is_active
    assert not user.has_usable_password()
    with pytest.raises(Refused) as refused:
        remove_person(partner.pk, person.pk, cause=TESTER, now=clock())
    assert (refused.value.code, acts("remove person")) == ("person_unknown", 1)


def test_whoever_was_removed_can_come_back(partner: Partner, clock: SteppedClock) -> None:
    joined(partner, clock, email="luz@northwind.example")
    before = joined(partner, clock)
    remove_person(partner.pk, before.pk, cause=TESTER, now=clock())
    clock.forward(days=1)
    again = joined(other_partner(clock), clock, "viewer")
    assert again.user_id == before.user_id
    assert (again.user.is_active, again.role) == (True, "viewer")


def test_an_administrator_is_removed(partner: Partner, account: Account, clock: SteppedClock) -> None:
    administrator, other = administering(account, clock), other_partner(clock)
    with pytest.raises(Refused) as refused:
        remove_administrator(other.pk, administrator.pk, cause=TESTER, now=clock())
    assert refused.value.code == "person_unknown"
    assert remove_administrator(partner.pk, administrator.pk, cause=TESTER, now=clock()) == "bo@contoso.example"
    assert not User.objects.get(email="bo@contoso.example").is_active
    assert acts("remove administrator") == 1
