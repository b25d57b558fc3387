"""The people and things that `states.py` names, besides those of `world.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.confirm_members_file import confirm_members_file
from pleamar.actions.import_members_file import import_members_file
from pleamar.actions.invite_person import invite_person
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.withdraw_invitation import withdraw_invitation
from pleamar.models import Charge, FileImport, Invitation, Member, Partner, Standing, TeamMember, User
from pleamar.ports.jobs import NOBODY
from pleamar.wiring.brought_files import people_in
from pleamar.wiring.links import invitation_link, payment_path
from tests.entrypoints.portal.addresses import Things
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.entrypoints.portal.paying import SECURE, card, collected
from tests.entrypoints.portal.signing_in import add_passkey, expired, send_login, set_up_app, signed_in
from tests.entrypoints.portal.world import OPENED, administrators_browser, things
from tests.entrypoints.queued import empty_queue
from tests.fakes.people import TESTER

_SITE: Final = "https://portal.example"
_OFTEN: Final = "often@northwind-it.example"


def browsers(world: Portal) -> Mapping[str, Callable[[], Client]]:
    """Everybody by name → a browser of theirs."""
    return {
        "nobody": Client,
        "owner": world.browser,
        "technician": lambda: world.browser("technician"),
        "viewer": lambda: world.browser("viewer"),
        "administrator": lambda: administrators_browser(world, world.contoso),
        "second factor": lambda: world.browser("technician", sees_prices=True),
        "asked for a code": lambda: signed_in(world.user("technician", sees_prices=True)),
        "sent too late": lambda: _sent_too_late(world),
        "owner of Tailwind": lambda: world.browser(partner=world.tailwind),
        "owner of nothing": lambda: world.browser(partner=_beginner(world, "Saltmarsh")),
        "owner of Breakwater": lambda: _suspended(world),
    }


def cast(world: Portal) -> Things:
    """One of each that there is to be named, once all of them are there."""
    cache.clear()
    User.objects.filter(pk=world.user("technician", sees_prices=True).pk).update(name="Tom Birch")
    with_factor = world.browser("technician", sees_prices=True)
    set_up_app(with_factor)
    add_passkey(with_factor)
    for _ in range(3):
        Client().post("/sign-in/password/reset/", {"email": _OFTEN})
    found = {
        **things(world),
        **_invitations(world),
        **_payments(world),
        **_files(world),
        **_reset(world),
        "passkey": str(Authenticator.objects.get(type="webauthn").pk),
        "asked often": _OFTEN,
        "identity provider": "sso",
        "owner": TeamMember.unscoped.get(partner=world.northwind, role="owner").public_id,
        "inactive user": Member.unscoped.filter(account=world.fabrikam, active=False)[0].public_id,
    }
    empty_queue()
    return found


def _reset(world: Portal) -> Things:
    user = world.user("viewer")
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return {"reset user": user_pk_to_url_str(user), "reset key": key, "another key": "abcdef-0123456789"}


def _invitations(world: Portal) -> Things:
    partner, now, long_ago = world.northwind.pk, world.clock(), datetime(2025, 12, 1, 9, tzinfo=OPENED.tzinfo)

    def invited(name: str, moment: datetime = now, **more: Any) -> Invitation:
        role = more.pop("role", "viewer")
        email = f"{name}@northwind-it.example"
        return invite_person(partner, email, role, by="Dana Marsh", cause=TESTER, now=moment, **more)

    used, withdrawn = invited("used"), invited("withdrawn")
    accept_invitation(used.public_id, name="Uma Stone", password=PASSWORD, now=now)
    withdraw_invitation(partner, withdrawn.pk, cause=TESTER, now=now)
    named = {
        "used token": used,
        "withdrawn token": withdrawn,
        "old token": invited("old", long_ago),
        "administrator's token": invited("their", role="administrator", account_id=world.contoso.pk),
    }
    links = {name: invitation_link(one.public_id, {}, site=_SITE) for name, one in named.items()}
    return {name: str(link).rpartition("/")[2] for name, link in links.items()}


def _payments(world: Portal) -> Things:
    """Tailwind's card wants its holder to confirm; Northwind has paid once, and once has not."""
    card(world, SECURE, world.tailwind)
    collected()
    found = {
        "payment token": Charge.unscoped.get(partner=world.tailwind, state="action_required"),
        "paid token": Charge.unscoped.filter(partner=world.northwind, state="succeeded")[0],
        "failed token": Charge.unscoped.filter(partner=world.northwind).exclude(state="succeeded")[0],
    }
    return {name: payment_path(charge.public_id).rpartition("/")[2] for name, charge in found.items()}


def _files(world: Portal) -> Things:
    """One that a worker is still to bring in, one that is done, and one that does something else by now."""
    done, waiting, failed = (_brought(world, f"{name}@contoso-dental.example") for name in ("done", "more", "late"))
    whose = world.northwind.pk, world.contoso.pk
    for file, shown in ((done, _shown(world, done)), (waiting, ""), (failed, "something else")):
        confirm_members_file(*(*whose, file.pk), removals=0, shown=shown, actor="Dana", now=world.clock(), jobs=NOBODY)
    for file in (done, failed):
        import_members_file(file.pk, people_in, clock=world.clock)
    states = [FileImport.unscoped.get(pk=file.pk).state for file in (done, waiting, failed)]
    assert states == ["done", "waiting", "failed"]
    return {"done file": done.public_id, "waiting file": waiting.public_id, "failed file": failed.public_id}


def _brought(world: Portal, email: str) -> FileImport:
    address = f"/customers/{world.contoso.public_id}/import"
    content = SimpleUploadedFile("people.csv", f"email\n{email}\nroom-1@contoso-dental.example\n".encode())
    assert world.browser().post(address, {"file": content, "how": "add"}).status_code == 302
    file = FileImport.unscoped.latest("pk")
    file.brought_by = email  # else the same person's next would take its place
    file.save(update_fields=["brought_by"])
    return file


def _shown(world: Portal, file: FileImport) -> str:
    page = world.browser().get(f"/customers/{world.contoso.public_id}/import/{file.public_id}").content.decode()
    return str(re.findall(r'name="shown" value="([^"]*)"', page)[0])


def _sent_too_late(world: Portal) -> Client:
    browser = expired(signed_in(world.user()))
    browser.post("/annual-quote", {"customer": "Granite Museum", "users": "640", "message": "They compare us."})
    send_login(browser, world.user().email, PASSWORD)
    return browser


def _beginner(world: Portal, name: str) -> Partner:
    """A partner that has nothing yet, with an owner."""
    new = NewPartner(name, "USD", "Europe/Madrid")
    partner = open_partner(new, created=world.clock() - timedelta(minutes=1), cause=TESTER, now=world.clock())
    User.objects.filter(pk=world.user(partner=partner).pk).update(name="Dana Marsh")
    return partner


def _suspended(world: Portal) -> Client:
    """An owner for whose users sign-in is blocked, because nothing was paid."""
    partner, now = _beginner(world, "Breakwater"), world.clock()
    Standing.unscoped.create(partner=partner, state="suspended", suspended_at=now, changed_at=now)
    return world.browser(partner=partner)
