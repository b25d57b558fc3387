"""The words of the stories: dates, acts, and what is expected of statements, invoices and payment."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import CloseReport, close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.collect_charges import CollectReport, collect_charges
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, Partner
from pleamar.ports.payments import PaymentGateway
from pleamar.queries.invoices import InvoiceRow, invoices
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.statements import StatementRow, statements
from pleamar.queries.truths import check_books
from pleamar.rules.seats import AccountState
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.clock import SteppedClock
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER, emails


class Storyteller:
    """Tells a partner's life: `on` sets the clock, the other words act at that moment."""

    def __init__(self) -> None:
        self.clock = SteppedClock(datetime(2025, 1, 1, tzinfo=UTC))
        self.zone = "UTC"
        self.partners: dict[str, Partner] = {}
        self.accounts: dict[str, Account] = {}

    def on(self, text: str) -> Self:
        """`2026-01-15 10:00` in the story's zone, or with an offset of its own."""
        moment = datetime.fromisoformat(text)
        self.clock.set((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.zone))).astimezone(UTC))
        return self

    def partner(self, name: str, currency: str = "USD", zone: str = "UTC") -> None:
        self.zone = zone
        new = NewPartner(name, currency, zone)
        self.partners[name] = open_partner(new, created=self.clock(), cause=TESTER, now=self.clock())

    def account(self, name: str, state: Literal["live", "trial"] = "live") -> None:
        self.accounts[name] = open_account(self._last.pk, name, cause=TESTER, clock=self.clock, state=state)

    def joins(self, account: str, count: int, start: int = 0) -> SeatChange:
        return self.changes((account, "+", count, start))

    def leaves(self, account: str, count: int, start: int = 0) -> SeatChange:
        return self.changes((account, "-", count, start))

    def changes(self, *moves: tuple[str, str, int, int]) -> SeatChange:
        """All together, as one batch: (account, + or -, how many, beginning with which)."""
        wanted = [
            Wanted(self.accounts[account].pk, email, active=sign == "+")
            for account, sign, count, start in moves
            for email in emails(count, start)
        ]
        return change_seats(self._last.pk, wanted, cause=TESTER, clock=self.clock)

    def goes_live(self, account: str) -> SeatChange:
        return self.changes_state(account, "live")

    def changes_state(self, account: str, state: AccountState) -> SeatChange:
        states = {self.accounts[account].pk: state}
        return change_seats(self._last.pk, [], states=states, cause=TESTER, clock=self.clock)

    def closes(self, account: str) -> SeatChange:
        return close_account(self._last.pk, self.accounts[account].pk, cause=TESTER, clock=self.clock)

    def partner_leaves(self) -> None:
        close_partner(self._last.pk, cause=TESTER, clock=self.clock)

    def card(self, number: str = "4242424242424242") -> CollectReport:
        """Put it on file; what is owed is charged at once."""
        gateway = sandbox_gateway(self.clock)
        details = gateway.register_card(number, customer=self._last.public_id)
        add_payment_method(self._last.pk, details, provider=gateway.provider, cause=TESTER, now=self.clock())
        return self.collects()

    def night(self) -> tuple[CloseReport, CollectReport]:
        """What the jobs do every night: close what has ended, charge what is owed."""
        closed = close_cycles(cause=TESTER, now=self.clock())
        return closed, self.collects()

    def collects(self, gateway: PaymentGateway | None = None) -> CollectReport:
        """What is due is charged."""
        return collect_charges(gateway or sandbox_gateway(self.clock), now=self.clock(), leasing=leasing())

    def statements(self) -> list[StatementRow]:
        return statements(EVERYTHING, self._last.name)

    def peaks(self) -> list[int]:
        return [row.peak for row in self.statements()]

    def totals(self) -> list[Decimal]:
        return [row.net.decimal for row in self.statements()]

    def cycle_days(self) -> list[str]:
        """The local days on which cycles ended."""
        return [f"{row.cycle_end.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}" for row in self.statements()]

    def invoices(self) -> list[InvoiceRow]:
        return invoices(EVERYTHING, self._last.name)

    def books_agree(self) -> None:
        assert check_books(EVERYTHING) == []

    @property
    def _last(self) -> Partner:
        return list(self.partners.values())[-1]
