"""Who can sign in to the demo: people of two partners' teams, and the administrator of one of their customers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.change_setting import change_setting
from pleamar.actions.invite_person import invite_person
from pleamar.actions.send_messages import send_messages
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.team import open_invitations
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.wiring.database import home, make_home
from pleamar.wiring.letters import letter_writer
from pleamar.wiring.mail import mailer
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.mail import letter

_PASSWORD: Final = "demo-password"  # noqa: S105 - the name of a file
_INVITED_BEFORE: Final = frozenset({"already_in_team", "already_administrator", "invitation_open"})


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who was invited; `customer` is whose administrator they are, `joined` False: the invitation is open."""

    name: str
    email: str
    partner: str
    role: str
    does: str
    sees_prices: bool = False
    customer: str = ""
    joined: bool = True


PEOPLE: Final = (
    DemoPerson("Dana Marsh", "dana@northwindit.example", "Northwind IT", "owner", "owner: may do everything"),
    DemoPerson(
        "Tom Reyes",
        "tom@northwindit.example",
        "Northwind IT",
        "technician",
        "technician: customers and users, no prices",
    ),
    DemoPerson("Vera Lund", "vera@northwindit.example", "Northwind IT", "viewer", "viewer: looks, changes nothing"),
    DemoPerson("Luz Ferrer", "luz@mareasistemas.example", "Marea Sistemas", "owner", "owner, in Spanish"),
    DemoPerson(
        *(
            "Ada Brandt",
            "ada@contoso-dental.example",
            "Northwind IT",
            "administrator",
            "looks after one customer's users",
        ),
        customer="Contoso Dental",
    ),
    DemoPerson(
        *("Sam Okoye", "sam@northwindit.example", "Northwind IT", "technician", ""), sees_prices=True, joined=False
    ),
)


def let_people_in(now: datetime) -> None:
    """Invite them, and have all but one accept: that one's invitation waits in the sandbox's mails.

    Where this was interrupted it goes on.
    """
    reason = "everybody can try the demo at once"
    change_setting("second_factor_roles", (), cause=Cause("vendor's finance", "demo", reason=reason), now=now)
    password = _new_password()
    for person in PEOPLE:
        _invite(person, now)
    send_messages(mailer(), letter_writer(letter, invoice_paper), now=now)
    for person in PEOPLE:
        partner, account = _place(person)
        for invitation in open_invitations(EVERYTHING, partner, now=now, account_id=account):
            if invitation.email == person.email and person.joined:
                accept_invitation(invitation.public_id, name=person.name, password=password, now=now)


def _invite(person: DemoPerson, now: datetime) -> None:
    partner, account = _place(person)
    try:
        invite_person(
            *(partner, person.email, person.role),
            cause=Cause("owner", "demo"),
            now=now,
            sees_prices=person.sees_prices,
            account_id=account,
        )
    except Refused as refused:
        if refused.code not in _INVITED_BEFORE:
            raise


def _place(person: DemoPerson) -> tuple[int, int | None]:
    """Their partner, and the account that they look after."""
    partner = find_partner(EVERYTHING, person.partner).id
    return partner, find_account(EVERYTHING, partner, person.customer).id if person.customer else None


def demo_password(environ: Mapping[str, str]) -> str | None:
    """The one that all of them have, kept in this home so that it can be told again; None where it is kept no more."""
    path = home(environ) / _PASSWORD
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def _new_password() -> str:
    """Made for this home, unless it has one already."""
    if (known := demo_password(os.environ)) is not None:
        return known
    password = f"tide-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    _keep(make_home(os.environ) / _PASSWORD, password)
    return password


def _keep(path: Path, password: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{password}\n")
