"""A partner takes another zone while a cycle runs: that cycle ends on the day that it always did (rules M8, M12)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.formats import date_format

from pleamar.actions.change_seats import change_seats
from pleamar.models import Member
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.people import TESTER, emails, inactive

ENDS = datetime(2026, 2, 5, tzinfo=UTC)
# The day as New York has it then. "Until 4 February" and "ends on 4 February" tell the last day, and are right.
WRONG = re.compile(r"(?<!ends )\b(on|from|before)\s+4 Feb(ruary)?\b")
RIGHT = re.compile(r"\b5 Feb(ruary)?\b|\b(until|ends on) 4 February\b")


@pytest.fixture
def moved(portal: Portal) -> Portal:
    """At five cycles begin in UTC; the next one is to be New York's."""
    portal.northwind.timezone = "America/New_York"
    portal.northwind.save()
    return portal


def read(answer: Any) -> str:
    assert answer.status_code in {200, 409, 422}, answer
    return str(answer.content.decode())


def pages(portal: Portal, browser: Client) -> dict[str, str]:
    """Every page that tells when the running cycle ends, by its name."""
    trial, due = (portal.opened(name, 3, state="trial") for name in ("Litware", "Adatum"))
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(2)), cause=TESTER, clock=portal.clock)
    contoso, member = f"/customers/{portal.contoso.public_id}", Member.unscoped.filter(account=portal.contoso)
    ids = [one.public_id for one in member.order_by("email")[:4]]
    many = "&".join(f"user={one}" for one in ids)
    list_of = SimpleUploadedFile("u.csv", b"email\nzoe@example.com\n")
    file = browser.post(f"{contoso}/import", {"file": list_of, "how": "add"})["Location"]
    going_live = f"/customers/activate?customer={due.public_id}"
    seen = read(browser.get(going_live)).split('name="shown" value="')[1].partition('"')[0]
    later = {"when": "next_cycle", "typed": "Adatum", "shown": seen}
    told = {
        "activate, asked": read(browser.get(going_live)),
        "activate, done": read(browser.post(going_live, later, follow=True)),
        "deny list": read(
            browser.post(f"{contoso}/deny-list", {"act": "look", "how": "add", "patterns": "user0000*@example.com"})
        ),
        "limit": read(browser.post(f"{contoso}/limit", {"limit": "5"})),
    }
    by_address = {
        "usage": "/usage",
        "payment": "/payment",
        "invoices": "/invoices",
        "calculator": "/calculator",
        "customer": contoso,
        "customer that goes live": f"/customers/{due.public_id}",
        "customers": "/customers?state=scheduled",
        "stop billing": f"{contoso}/stop",
        "close": f"{contoso}/close",
        "block": f"{contoso}/block",
        "cancel": f"/customers/{due.public_id}/cancel",
        "activate": f"/customers/activate?customer={trial.public_id}",
        "activate two": f"/customers/activate?customer={trial.public_id}&customer={due.public_id}",
        "open": "/customers/new",
        "user": f"{contoso}/users/{ids[3]}",
        "deactivate": f"/users/change?act=deactivate&{many}",
        "activate users": f"/users/change?act=activate&{many}",
        "file": file,
    }
    return told | {name: read(browser.get(address)) for name, address in by_address.items()}


def test_m8_every_page_tells_the_same_day(moved: Portal) -> None:
    assert date_format(ENDS, "j F") == "5 February"
    told = pages(moved, moved.browser())
    assert {name for name, page in told.items() if WRONG.search(page) and name != "usage"} == set()
    assert {name for name, page in told.items() if not RIGHT.search(page)} == set()
    # Beside the bar of the sandbox, which is on each of them.
    alone = {name: re.sub(r'<div class="sandbox".*?</div>', "", page, flags=re.DOTALL) for name, page in told.items()}
    assert {name for name, page in alone.items() if not RIGHT.search(page)} == set()


def test_m8_the_cycle_after_it_is_the_new_zones(moved: Portal) -> None:
    moved.at(datetime(2026, 2, 10, tzinfo=UTC))
    change_seats(moved.northwind.pk, inactive(moved.contoso.pk, emails(1)), cause=TESTER, clock=moved.clock)
    told = pages(moved, moved.browser())
    assert {name for name, page in told.items() if not re.search(r"\b5 Mar(ch)?\b", page)} == set()
