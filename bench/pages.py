"""The portal's three busiest pages for a very large partner, beside the same pages for a small one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from django.test import Client

from bench.people import BENCH, TickingClock
from bench.plan import Contender, Plan, measure
from bench.report import Row, Target
from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import TeamMember, User
from pleamar.wiring.clock import move_clock_to

PAGES: Final = ("/usage", "/customers", "/users")
CUSTOMERS: Final = 300
_MOST_BYTES: Final = 60_000
_MILLISECONDS: Final = 150
_OPENED: Final = datetime(2026, 3, 5, 9, tzinfo=UTC)
# Before every date of the other cases, so that nothing of theirs falls due.
_LOOKED_AT: Final = _OPENED + timedelta(days=12)


def pages(plan: Plan) -> Iterator[Row]:
    """Server time to answer each page, by Django's own client: the whole stack but the socket."""
    users = plan.size(1_000_000, at_least=CUSTOMERS)
    change_setting("second_factor_roles", [], cause=BENCH, now=_OPENED)  # the owners here have a password alone
    large, small = _partner("Large MSP", CUSTOMERS, users // CUSTOMERS), _partner("Small MSP", 3, 10)
    move_clock_to(_LOOKED_AT)
    for page in PAGES:
        ours, yardstick = measure(
            [
                Contender("", 1, "pages", partial(_opening, large, page)),
                Contender("3 customers, 30 users", 1, "pages", partial(_opening, small, page)),
            ],
            plan.repetitions,
        )
        size = f"{CUSTOMERS} customers, {users:,} users"
        yield Row(f"page {page}", size, 1000 * ours.median, " ms", Target("≤", _MILLISECONDS, " ms"), ours, yardstick)
        yield Row(f"page {page}, bytes", size, len(large.get(page).content), " B", Target("≤", _MOST_BYTES, " B"))


def _opening(browser: Client, page: str) -> Callable[[], None]:
    def act() -> None:
        answer = browser.get(page)
        if answer.status_code != 200:
            message = f"{page} answered {answer.status_code}"
            raise RuntimeError(message)

    return act


def _partner(name: str, customers: int, users: int) -> Client:
    """A browser in which the owner of a partner of that size is signed in."""
    partner = open_partner(NewPartner(name, "USD"), created=_OPENED, cause=BENCH, now=_OPENED)
    clock = TickingClock(_OPENED + timedelta(days=1))
    for number in range(customers):
        account = open_account(partner.pk, f"Customer {number:03}", cause=BENCH, clock=clock, state="live")
        people = [
            Wanted(account.pk, f"user{each:06}@customer{number:03}.example", active=True) for each in range(users)
        ]
        change_seats(partner.pk, people, cause=BENCH, clock=clock)
    user = User.objects.create_user(f"owner@{name[:5].casefold()}.example", created_at=_OPENED)
    TeamMember.unscoped.create(partner=partner, user=user, role="owner", sees_prices=True, joined_at=_OPENED)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser
