"""Three partners and three months: enough of everything that the books know, and small enough to count by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, Partner, Seller
from pleamar.rules.causes import Cause
from pleamar.rules.seats import AccountState
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.clock import SteppedClock
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER, active, emails, inactive

IMPORT = Cause(actor="ana", means="import-members", reference="people.csv", reason="first list")
SYNC = Cause(actor="microsoft365", means="sync", reference="run 7")
ACTIVATION = Cause(actor="ben", means="activate trial", reason="they like it")

CREATED = datetime(2026, 1, 15, 9, tzinfo=UTC)
FIRST_END = datetime(2026, 2, 15, tzinfo=UTC)
SECOND_END = datetime(2026, 3, 15, tzinfo=UTC)
THIRD_END = datetime(2026, 4, 15, tzinfo=UTC)
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
PEAK_AT = datetime(2026, 1, 25, 8, tzinfo=UTC)


@dataclass(slots=True)
class SmallWorld:
    """Northwind bills USD; Tailwind runs in shadow, in EUR; Quiet never has a seat."""

    clock: SteppedClock
    northwind: Partner
    tailwind: Partner
    quiet: Partner
    contoso: Account
    fabrikam: Account
    staff: Account

    def at(self, month: int, day: int, hour: int = 8) -> None:
        self.clock.set(datetime(2026, month, day, hour, tzinfo=UTC))

    def activate(self, account: Account, people: list[str], cause: Cause = TESTER) -> SeatChange:
        return change_seats(account.partner_id, active(account.pk, people), cause=cause, clock=self.clock)

    def deactivate(self, account: Account, people: list[str], cause: Cause = TESTER) -> SeatChange:
        return change_seats(account.partner_id, inactive(account.pk, people), cause=cause, clock=self.clock)

    def turn(self, account: Account, state: AccountState, cause: Cause = TESTER) -> SeatChange:
        return change_seats(account.partner_id, [], states={account.pk: state}, cause=cause, clock=self.clock)

    def card(self, number: str) -> None:
        details = sandbox_gateway().register_card(number, self.northwind.public_id)
        add_payment_method(self.northwind.pk, details, provider="sandbox", cause=TESTER, now=self.clock())

    def close_and_collect(self) -> None:
        close_cycles(cause=TESTER, now=self.clock())
        collect_charges(sandbox_gateway(), now=self.clock(), leasing=leasing())


def small_world() -> SmallWorld:
    """The first cycle peaks at 19 on 25 January, the second at 12 as it starts, the third at 14 with a bad card."""
    Seller.objects.update(tax_rate=Decimal(21))
    clock = SteppedClock(CREATED)

    def partner(name: str, currency: str, *, shadow: bool = False) -> Partner:
        return open_partner(NewPartner(name, currency, shadow=shadow), created=clock(), cause=TESTER, now=clock())

    northwind, tailwind, quiet = (
        partner("Northwind IT", "USD"),
        partner("Tailwind", "EUR", shadow=True),
        partner("Quiet", "GBP"),
    )
    contoso = open_account(northwind.pk, "Contoso", cause=TESTER, clock=clock)
    staff = open_account(northwind.pk, "Own staff", cause=TESTER, clock=clock, internal=True, member_limit=50)
    fabrikam = open_account(northwind.pk, "Fabrikam", cause=TESTER, clock=clock, state="trial")
    world = SmallWorld(clock, northwind, tailwind, quiet, contoso, fabrikam, staff)
    _first_cycle(world)
    world.clock.set(FIRST_END)
    world.deactivate(contoso, emails(2, 4), SYNC)  # at exactly the end: it belongs to the next cycle
    world.card("4242424242424242")
    world.close_and_collect()
    world.at(2, 20)
    change_seats(
        northwind.pk,
        active(contoso.pk, emails(3, 200)) + inactive(contoso.pk, emails(3, 6)),
        cause=SYNC,
        clock=clock,
    )
    world.clock.set(SECOND_END)
    world.close_and_collect()
    world.at(3, 16)
    world.activate(contoso, emails(2, 300))
    world.card("4000000000000002")
    world.at(4, 16)
    world.close_and_collect()
    world.at(4, 18)
    world.activate(contoso, emails(1, 400))
    world.clock.set(NOW)
    return world


def _first_cycle(world: SmallWorld) -> None:
    elsewhere = open_account(world.tailwind.pk, "Contoso", cause=TESTER, clock=world.clock)
    world.activate(elsewhere, emails(7))
    open_account(world.quiet.pk, "Nobody", cause=TESTER, clock=world.clock)
    world.at(1, 16)
    world.activate(world.contoso, emails(12), IMPORT)
    world.activate(world.staff, emails(3))
    world.at(1, 17)
    world.activate(world.fabrikam, emails(5, 50), IMPORT)
    world.at(1, 20)
    world.turn(world.fabrikam, "live", ACTIVATION)
    world.at(1, 22)
    world.deactivate(world.contoso, emails(4), SYNC)
    world.clock.set(PEAK_AT)
    world.activate(world.contoso, emails(6, 100), SYNC)
    world.at(1, 28)
    world.turn(world.fabrikam, "closed")
