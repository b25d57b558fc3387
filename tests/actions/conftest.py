"""A partner with one customer, on a clock that stands."""

from __future__ import annotations

import pytest

from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, Installation, Partner
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER


@pytest.fixture
def partner(installation: Installation, clock: SteppedClock) -> Partner:
    return open_partner(NewPartner("Northwind IT", "USD"), created=clock(), cause=TESTER, now=clock())


@pytest.fixture
def account(partner: Partner, clock: SteppedClock) -> Account:
    return open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
