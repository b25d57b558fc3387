"""Who stands on an invoice, and that an invoice keeps what it said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import AuditEvent, Installation, Invoice, Seller
from pleamar.rules.parties import PartyDetails
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

MERIDIAN = PartyDetails(address="Invalidenstr. 1\n10115 Berlin", country="de", tax_id="DE123456789")


def test_an_invoice_keeps_the_parties_as_they_were(installation: Installation, clock: SteppedClock) -> None:
    describe_seller(name="Meridian GmbH", details=MERIDIAN, cause=TESTER, now=clock())
    buyer = PartyDetails("Northwind IT SL", "Marianplatz 2", "es", "ESB12345674")
    new = NewPartner("Northwind", "EUR", details=buyer)
    partner = open_partner(new, created=clock(), cause=TESTER, now=clock())
    account = open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
    change_seats(partner.pk, active(account.pk, emails(3)), cause=TESTER, clock=clock)
    close_cycles(cause=TESTER, now=datetime(2026, 2, 2, tzinfo=UTC))
    describe_seller(name="Meridian AG", cause=TESTER, now=clock())
    invoice = Invoice.unscoped.get()
    assert (invoice.seller_details["name"], invoice.seller_details["country"]) == ("Meridian GmbH", "DE")
    assert (invoice.buyer["legal_name"], invoice.buyer["tax_id"]) == ("Northwind IT SL", "ESB12345674")
    assert AuditEvent.unscoped.filter(act="describe seller").count() == 2


def test_saying_nothing_new_is_no_act(installation: Installation, clock: SteppedClock) -> None:
    describe_seller(name="Meridian Software", cause=TESTER, now=clock())
    assert not AuditEvent.unscoped.filter(act="describe seller").exists()


@pytest.mark.parametrize(
    ("details", "code"),
    [
        (PartyDetails(country="Germany"), "country_invalid"),
        (PartyDetails(country="1!"), "country_invalid"),
        (PartyDetails(tax_id="DE\n123"), "detail_invalid"),
        (PartyDetails(address="x" * 1_001), "detail_invalid"),
    ],
)
def test_details_that_cannot_stand_on_an_invoice(
    installation: Installation, clock: SteppedClock, details: PartyDetails, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        describe_seller(name="Other", details=details, cause=TESTER, now=clock())
    assert Seller.objects.get().name == "Meridian Software"


def test_m25_issue_dates_are_days_of_the_sellers_zone(installation: Installation, clock: SteppedClock) -> None:
    describe_seller(timezone="Pacific/Auckland", cause=TESTER, now=clock())
    partner = open_partner(NewPartner("Northwind", "EUR"), created=clock(), cause=TESTER, now=clock())
    account = open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
    change_seats(partner.pk, active(account.pk, emails(3)), cause=TESTER, clock=clock)
    close_cycles(cause=TESTER, now=datetime(2026, 2, 1, 12, tzinfo=UTC))
    invoice = Invoice.unscoped.get()
    assert (invoice.issue_date.isoformat(), invoice.tax_point.isoformat()) == ("2026-02-02", "2026-01-31")
