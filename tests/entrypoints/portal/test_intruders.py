"""Nobody reaches what is not theirs, on any route, in any way of asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.test import Client

from pleamar.models import Installation, Partner
from tests.entrypoints.portal.addresses import Things, address
from tests.entrypoints.portal.asking import all_forms, asked, body, names_read, ours
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.forms import TYPED_EMAIL
from tests.entrypoints.portal.world import administrators_browser, built, strangers_things, things

# Names in a query that are read as numbers, or as one of a few words: rubbish in them is the subject of other tests.
_NEVER_THINGS: Final = frozenset(
    {"act", "add", "counting", "down", "language", "of", "only", "own", "page", "sort", "state", "year"}
)
_ACT: Final = {"act": "deactivate"}  # without one, a page that asks what is to be done has nothing to say
# What only Northwind's own may read.
_SECRETS: Final = ("Northwind", "Contoso", "Fabrikam", "northwind-it.example", "contoso-dental", "Rivers")


@pytest.fixture
def world(installation: Installation) -> Portal:
    """`world.py`'s: Northwind, of which Tailwind's people must learn nothing."""
    return built()


def _intruders(world: Portal) -> Iterator[tuple[str, Client]]:
    for role in ("owner", "technician", "viewer"):
        yield role, world.browser(role, partner=world.tailwind)
    yield "technician with prices", world.browser("technician", partner=world.tailwind, sees_prices=True)
    yield "administrator", administrators_browser(world, world.stranger)


def _told(answer: Any) -> list[str]:
    """What it says that it must not. The address that `all_forms` types is one of theirs: to say it back is no leak."""
    said = (body(answer) + str(dict(answer.items()))).replace(TYPED_EMAIL, "")
    return [secret for secret in _SECRETS if secret in said]


def test_someone_elses_things_are_not_found(world: Portal) -> None:
    theirs, wrong = things(world), []
    for who, client in _intruders(world):
        for route in (one for one in ours() if {*one.arguments} - {"start"}):
            where = address(route, theirs)
            assert where, f"{route.name}: nothing there to look for"
            for method in ("GET", "HEAD", "POST"):
                answer = asked(client, method, where)
                expected = (404, 405) if who == "owner" else (302, 403, 404, 405)
                if answer.status_code not in expected or _told(answer):
                    wrong.append(f"{who} {method} {where}: {answer.status_code} {_told(answer)}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_not_signed_in_is_asked_to(world: Portal) -> None:
    theirs, wrong = things(world), []
    for route in ours():
        where = address(route, theirs)
        for method in ("GET", "HEAD", "POST"):
            answer = asked(Client(), method, where or "/")
            if answer.status_code not in (302, 405) or _told(answer):
                wrong.append(f"{method} {where}: {answer.status_code} {_told(answer)}")
            if answer.status_code == 302 and not answer["Location"].startswith("/sign-in/"):
                wrong.append(f"{method} {where} leads to {answer['Location']}")
    assert not wrong, "\n".join(wrong)


def test_someone_elses_ids_in_forms_change_nothing(world: Portal) -> None:
    """Every form of Tailwind's own pages, sent with Northwind's ids in the place of its own."""
    own, others = strangers_things(world), things(world)
    swapped = {own[kind]: others[kind] for kind in own if kind not in ("cycle", "invoice")}
    before, wrong = _everything(world.northwind), []
    for client in (world.browser(partner=world.tailwind), administrators_browser(world, world.stranger)):
        for form in all_forms(client, own):
            data = form.data(lambda value: swapped.get(value, value))
            answer = asked(client, form.method, form.action, data)
            if answer.status_code >= 500 or _told(answer):
                wrong.append(f"{form.method} {form.action} {data}: {answer.status_code} {_told(answer)}")
    assert not wrong, "\n".join(wrong)
    assert _everything(world.northwind) == before


def test_someone_elses_ids_in_addresses_show_nothing(world: Portal) -> None:
    """Every name that a page reads, with each of Northwind's things in its place, by itself and all at once."""
    client, others, wrong = world.browser(partner=world.tailwind), things(world), []
    read = _read_by_pages(client, strangers_things(world))
    assert read["/users"] >= {"customer", "search"}
    assert read["/users/change"] >= {"user", "customer"}
    for where, names in read.items():
        for asked_for in _swapped(names, others):
            answer = asked(client, "GET", where, _ACT | asked_for)
            if answer.status_code >= 500 or _told(answer):
                wrong.append(f"{where} {asked_for}: {answer.status_code} {_told(answer)}")
    assert not wrong, "\n".join(wrong)


def _read_by_pages(client: Client, own: Things) -> dict[str, set[str]]:
    """Every address at which there is something to be had → the names that are looked for in its query."""
    found = {}
    for route in ours():
        where = address(route, own)
        with names_read() as names:
            answer = asked(client, "GET", where, _ACT) if where else None
        if where and answer is not None and answer.status_code != 405:
            found[where] = names - _NEVER_THINGS
    return found


def _swapped(names: set[str], others: Things) -> Iterator[dict[str, Any]]:
    """A name that takes several gets them all; one that takes a single thing the last, so that comes in turns."""
    one_of_a_kind = {thing.partition("_")[0]: thing for thing in others.values()}
    for thing in one_of_a_kind.values() if names else ():
        yield dict.fromkeys(names, thing)
    for name in names:
        yield {name: [*others.values(), others.get(name, others["customer"])]}


def _everything(partner: Partner) -> dict[str, list[dict[str, Any]]]:
    """Every row that is the partner's."""
    owned = [model for model in apps.get_app_config("pleamar").get_models() if hasattr(model, "unscoped")]
    return {
        model.__name__: list(model.unscoped.filter(partner_id=partner.pk).order_by("pk").values())
        for model in owned
        if any(one.name == "partner" for one in model._meta.get_fields())
    }


def test_every_route_is_walked() -> None:
    """Fails in `address` where a route is new and its arguments mean nothing to us yet."""
    assert {route.area for route in ours()} == {"portal", "tenant"}
    for route in ours():
        address(route, {})
