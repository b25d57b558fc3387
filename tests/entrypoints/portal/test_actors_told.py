"""Who did something, as the people of a partner are told it: the vendor's own by its name alone, on every page."""

from __future__ import annotations

from typing import Any

import pytest

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.models import Member
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.wording.means import actor_told, how
from tests.entrypoints.portal.conftest import NOW, OPENED, Portal
from tests.fakes.people import TESTER, active, inactive

CONSOLE = Cause("jane at the console", "member activate")
FILED = Cause("jane at the console", "import-members", reference="/home/jane/people.csv")
COME = ["zoe@example.com", "zac@example.com"]


@pytest.fixture
def told(portal: Portal) -> Portal:
    """The vendor is Meridian; its Jane made Zoe and Zac active at the console, and keeps robots out of Contoso."""
    change_setting("brand_name", "Meridian", cause=TESTER, now=OPENED)
    for cause, who in ((CONSOLE, COME[0]), (FILED, COME[1])):
        change_seats(portal.northwind.pk, active(portal.contoso.pk, [who]), cause=cause, clock=portal.clock)
    change_deny_list(
        portal.northwind.pk, portal.contoso.pk, "add", [Denied("bot@*")], cause=CONSOLE, clock=portal.clock
    )
    return portal


def paths(portal: Portal) -> list[str]:
    contoso = portal.contoso.public_id
    zoe, zac = (Member.unscoped.get(email=email).public_id for email in COME)
    return [
        *("/users?search=z", "/users.csv?search=z", "/activity", "/activity.csv"),
        *(f"/customers/{contoso}", f"/customers/{contoso}/deny-list", f"/customers/{contoso}/deny-list.csv"),
        *(f"/customers/{contoso}/users/{zoe}", f"/customers/{contoso}/users/{zac}"),
        *("/usage/2026-01-05/explain", "/usage/2026-01-05/explain?user=zoe%40example.com"),
        *(f"/usage/2026-01-05/explain?customer={contoso}", "/usage/2026-01-05/users.csv"),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_nobody_of_the_vendor_is_named_nor_a_command(told: Portal, language: str) -> None:
    browser = told.browser()
    seen = 0
    for path in paths(told):
        said: Any = browser.get(path, headers={"Accept-Language": language})
        assert said.status_code == 200, path
        text = (b"".join(said.streaming_content) if said.streaming else said.content).decode()
        seen += text.count("Meridian") > (0 if said.streaming else text.split("<main")[0].count("Meridian"))
        for word in ("jane", "console", "member activate", "import-members", "/home/"):
            assert word not in text, (path, word)
    assert seen >= 10


def test_what_is_said_instead(told: Portal) -> None:
    browser, contoso = told.browser(), told.contoso.public_id
    zoe, zac = (Member.unscoped.get(email=email).public_id for email in COME)
    assert "made active by Meridian." in browser.get(f"/customers/{contoso}/users/{zoe}").content.decode()
    page = browser.get(f"/customers/{contoso}/users/{zac}").content.decode()
    assert "made active by Meridian, with the file people.csv." in page


def test_people_and_programs_are_told_by_name(portal: Portal) -> None:
    assert actor_told("pleamar worker", vendor="Meridian") == "Meridian"
    assert actor_told("payment provider", vendor="Meridian") == "Payment provider"
    assert actor_told("partner", vendor="Meridian") == "Your company"
    assert actor_told("directory", vendor="Meridian") == "directory"
    assert actor_told("ana@northwind.example", vendor="Meridian") == "ana@northwind.example"
    assert (how("portal"), how("member activate"), how("import-members")) == ("in the portal", "", "with a file")


@pytest.mark.parametrize(
    ("who", "found"),
    [("meridian", 3), ("MERI", 3), ("jane", 0), ("console", 0), ("pleamar", 0), ("payment prov", 1), ("ana%40", 1)],
)
def test_who_did_it_is_looked_for_as_it_is_told(told: Portal, who: str, found: int) -> None:
    for actor, email in (("payment provider", COME[0]), ("ana@northwind.example", COME[1])):
        change = inactive(told.contoso.pk, [email])
        told.clock.forward(minutes=1)
        change_seats(told.northwind.pk, change, cause=Cause(actor, "portal"), clock=told.clock)
    told.at(NOW.replace(hour=13))
    said: Any = told.browser().get(f"/activity.csv?who={who}&from=2026-01-20")
    assert len(b"".join(said.streaming_content).decode().splitlines()) - 1 == found
