"""What a page of the portal says, read as a person or a spreadsheet would."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from django.test import Client

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.models import Account
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.people import TESTER, emails, inactive


def page(browser: Client, address: str = "/usage", **headers: str) -> str:
    said = browser.get(address, headers=headers)
    assert said.status_code == 200, address
    return said.content.decode()


def words(html: str) -> str:
    """What is read, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#x27;", "'")


def amounts(html: str, column: str = "billed") -> list[Decimal]:
    """The shares of the customers' rows."""
    body = html[html.index('id="customers"') :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    return [Decimal(found.replace(",", "")) for found in re.findall(rf'plain {column}"[^>]*>\$([0-9.,]+)<', body)]


def lower(portal: Portal, account: Account, people: int) -> None:
    change_seats(account.partner_id, inactive(account.pk, emails(people)), cause=TESTER, clock=portal.clock)


def ended(portal: Portal) -> None:
    """The first cycle is over and billed; it is 10 February."""
    portal.at(datetime(2026, 2, 10, 12, tzinfo=UTC))
    close_cycles(cause=TESTER, now=portal.clock())
