"""A partner's card and what it owes, in a test of the portal."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import CollectReport, collect_charges
from pleamar.models import Partner
from pleamar.wiring.clock import clock
from pleamar.wiring.payments import sandbox_gateway
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER

GOOD, NO_FUNDS, EXPIRED, SECURE = "4242424242424242", "4000000000009995", "4000000000000069", "4000002760003184"
CLOSED = datetime(2026, 2, 5, 0, 10, tzinfo=UTC)


def card(portal: Portal, number: str = GOOD, partner: Partner | None = None) -> None:
    """The partner pays with this one from now on."""
    whose, gateway = partner or portal.northwind, sandbox_gateway()
    details = gateway.register_card(number, customer=whose.public_id)
    add_payment_method(whose.pk, details, provider=gateway.provider, cause=TESTER, now=clock()())


def owing(portal: Portal, moment: datetime = CLOSED) -> None:
    """The first cycle is over and invoiced: 42 users, $100.80; nothing is charged yet."""
    portal.at(moment)
    close_cycles(cause=TESTER, now=moment)


def collected() -> CollectReport:
    """What the worker would do."""
    return collect_charges(sandbox_gateway(), now=clock()(), leasing=leasing())


def text_of(browser: Client, address: str = "/payment") -> str:
    """The page, which must be there."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def entered(browser: Client, number: str = GOOD) -> str:
    """The page after a card was entered in the sandbox, as a person does it."""
    begun = browser.post("/payment", {"act": "add_card"})
    assert begun.status_code == 302
    page = begun.headers["Location"]
    assert page.startswith("/payment/sandbox-card/")
    assert browser.get(page).status_code == 200
    return browser.post(page, {"number": number}, follow=True).content.decode()
