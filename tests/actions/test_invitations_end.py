"""Invitations end with the right to invite, and nobody is mailed over and over by them."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.change_role import change_role
from pleamar.actions.invite_person import invite_person
from pleamar.actions.open_account import open_account
from pleamar.actions.remove_administrator import remove_administrator
from pleamar.actions.remove_person import remove_person
from pleamar.actions.renew_invitation import renew_invitation
from pleamar.actions.withdraw_invitation import withdraw_invitation
from pleamar.models import Account, AuditEvent, Invitation, OutboxMessage, Partner, TeamMember, User
from pleamar.rules.invitations import MOST_OF_PARTNER, MOST_TO_ADDRESS
from pleamar.rules.refusals import Refused
from tests.actions.test_teams import PASSWORD, administering, invited, joined, other_partner
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER

LUZ, BO = "luz@northwind.example", "bo@contoso.example"


def by(person: TeamMember, email: str, clock: SteppedClock, account: Account | None = None) -> Invitation:
    return invite_person(
        *(person.partner_id, email, "administrator" if account else "viewer"),
        account_id=account.pk if account else None,
        inviter=person.user_id,
        cause=TESTER,
        now=clock(),
    )


def state(invitation: Invitation) -> str:
    invitation.refresh_from_db()
    return "withdrawn" if invitation.withdrawn_at else "accepted" if invitation.accepted_at else "open"


@pytest.mark.parametrize("how", ["removed", "demoted"])
def test_what_somebody_invited_ends_with_their_right_to(
    partner: Partner, account: Account, clock: SteppedClock, how: str
) -> None:
    luz, ana = joined(partner, clock, email=LUZ), joined(partner, clock)
    to_team, to_account = by(ana, "x@y.example", clock), by(ana, BO, clock, account)
    luz_s, the_vendor_s = by(luz, "z@y.example", clock), invited(partner, clock, email="v@y.example")
    taken = by(ana, "t@y.example", clock)
    accept_invitation(taken.public_id, name="T", password=PASSWORD, now=clock())
    if how == "removed":
        remove_person(partner.pk, ana.pk, cause=TESTER, now=clock())
    else:
        change_role(partner.pk, ana.pk, "technician", sees_prices=True, cause=TESTER, now=clock())
    assert [state(one) for one in (to_team, to_account, luz_s, the_vendor_s, taken)] == [
        *("withdrawn", "withdrawn", "open", "open", "accepted")
    ]
    told = AuditEvent.unscoped.filter(act="withdraw invitation").values_list("subject", flat=True)
    assert set(told) == {to_team.public_id, to_account.public_id}
    with pytest.raises(Refused) as refused:
        accept_invitation(to_team.public_id, name="X", password=PASSWORD, now=clock())
    assert refused.value.code == "invitation_withdrawn"


def test_an_owner_who_stays_one_keeps_theirs(partner: Partner, clock: SteppedClock) -> None:
    ana = joined(partner, clock)
    waiting = by(ana, "x@y.example", clock)
    change_role(partner.pk, ana.pk, "owner", sees_prices=False, cause=TESTER, now=clock())
    assert state(waiting) == "open"


def test_whoever_sends_it_again_stands_for_it(partner: Partner, clock: SteppedClock) -> None:
    luz, ana = joined(partner, clock, email=LUZ), joined(partner, clock)
    waiting = by(ana, "x@y.example", clock)
    renew_invitation(partner.pk, waiting.pk, inviter=luz.user_id, cause=TESTER, now=clock())
    remove_person(partner.pk, ana.pk, cause=TESTER, now=clock())
    assert state(waiting) == "open"


def test_an_address_is_mailed_three_invitations_a_day(partner: Partner, clock: SteppedClock) -> None:
    waiting = invited(partner, clock)
    for _ in range(MOST_TO_ADDRESS - 1):
        clock.forward(minutes=1)
        renew_invitation(partner.pk, waiting.pk, cause=TESTER, now=clock())
    with pytest.raises(Refused) as refused:
        renew_invitation(partner.pk, waiting.pk, cause=TESTER, now=clock())
    assert (refused.value.code, refused.value.facts["most"]) == ("invitation_mails_to_address", MOST_TO_ADDRESS)
    withdraw_invitation(partner.pk, waiting.pk, cause=TESTER, now=clock())
    for who, code in ((partner, "invitation_mails_to_address"), (other_partner(clock), "address_not_invited")):
        with pytest.raises(Refused) as refused:
            invited(who, clock)
        assert refused.value.code == code
    assert OutboxMessage.unscoped.filter(topic="invitation").count() == MOST_TO_ADDRESS
    clock.forward(days=1)
    invited(partner, clock)


def test_a_partner_mails_a_hundred_a_day(partner: Partner, clock: SteppedClock) -> None:
    accounts = [open_account(partner.pk, f"Customer {number}", cause=TESTER, clock=clock) for number in range(2)]
    for number in range(MOST_OF_PARTNER):
        invite_person(
            *(partner.pk, f"u{number}@contoso.example", "administrator"),
            account_id=accounts[number % 2].pk,
            cause=TESTER,
            now=clock(),
        )
    with pytest.raises(Refused) as refused:
        invited(partner, clock)
    assert refused.value.code == "invitation_mails_of_partner"
    invited(other_partner(clock), clock)
    clock.forward(days=1)
    invited(partner, clock, email=LUZ)


def test_factors_end_with_the_access_and_with_another_invitation(
    partner: Partner, account: Account, clock: SteppedClock
) -> None:
    bo = administering(account, clock)
    Authenticator.objects.create(user=bo.user, type="webauthn", data={})
    remove_administrator(partner.pk, bo.pk, cause=TESTER, now=clock())
    assert not Authenticator.objects.exists()
    Authenticator.objects.create(user=bo.user, type="webauthn", data={})  # one that was left by an earlier version
    joined(other_partner(clock), clock, email=BO)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "email", ["ana@straße.example", "anä@northwind.example", "\N{KELVIN SIGN}im@northwind.example"]
)
def test_whoever_signs_in_has_a_plain_address(partner: Partner, clock: SteppedClock, email: str) -> None:
    with pytest.raises(Refused) as refused:
        invited(partner, clock, email=email)
    assert (refused.value.code, refused.value.facts["email"]) == ("email_not_ascii", email)
    with pytest.raises(Refused):
        User.objects.create_user(email, PASSWORD, created_at=clock())
    assert invited(partner, clock, email="Ana@XN--strae-oqa.example").email == "ana@xn--strae-oqa.example"
