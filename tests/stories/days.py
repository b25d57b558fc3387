"""More words of the stories: trials, suspension, stopping, leaving; and days that go by one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Self

import pytest

from pleamar.actions.activate_trials import Activation, activate_trials
from pleamar.actions.approve_suspension import approve_suspension
from pleamar.actions.hold_invoice import hold_invoice, release_invoice
from pleamar.actions.load_prices import load_prices
from pleamar.actions.open_account import open_account
from pleamar.actions.reopen_account import reopen_account
from pleamar.actions.restore_account import restore_account
from pleamar.actions.resume_billing import resume_billing
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import InvoiceLine, OutboxMessage
from pleamar.queries.access import member_access
from pleamar.queries.account_effects import AccountEffects, Act, account_effects
from pleamar.queries.activation import activation_preview
from pleamar.queries.due_dates import next_due
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.queries.standing import standing_of
from pleamar.rules.access import Reason
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money, typed
from pleamar.rules.prices import TierRow
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import ActivationPreview, When
from pleamar.wiring.dated_work import do_dated_work
from tests.fakes.people import emails
from tests.stories.month import Storyteller

OWNER = Cause("kim@northwind.example", "portal", reason="the customer asked for it")
STAFF = Cause("finance@vendor.example", "office", reason="as agreed by telephone")
_CALENDAR = Cause("pleamar worker", "calendar")


class LongStory(Storyteller):
    """Lets time go by: whatever comes due on the way is done when it is due, as the workers do it."""

    def until(self, text: str) -> Self:
        """All that is due from now to that moment (as `on` takes it), which it then is."""
        begun = self.clock()
        until = self.on(text).clock()
        self.clock.set(begun)
        self.work()
        while (due := next_due(EVERYTHING, self.clock())) is not None and due < until:
            self.clock.set(due)
            self.work()
        self.clock.set(until)
        self.work()
        return self

    def work(self) -> None:
        """What the workers do at this moment."""
        self.night()
        do_dated_work(self.clock, cause=_CALENDAR)

    def trial(self, name: str) -> None:
        self.accounts[name] = open_account(self._last.pk, name, cause=OWNER, clock=self.clock, state="trial")

    def internal_account(self, name: str, limit: int) -> None:
        self.accounts[name] = open_account(
            self._last.pk, name, cause=STAFF, clock=self.clock, internal=True, member_limit=limit
        )

    def shown_before(self, *names: str, when: When = "now") -> ActivationPreview:
        """What the partner is shown before it activates these trials."""
        return activation_preview(EVERYTHING, self._last.pk, self._ids(names), when=when, now=self.clock())

    def activates(self, *names: str, shown: ActivationPreview, typed: str) -> Activation:
        confirmed = {"preview": shown.name, "typed": typed}
        return activate_trials(
            self._last.pk, self._ids(names), when=shown.when, **confirmed, cause=OWNER, clock=self.clock
        )

    def told_before(self, act: Act, account: str) -> AccountEffects:
        """What is said of the money before an act on an account is done."""
        return account_effects(EVERYTHING, self.accounts[account].pk, act, now=self.clock())

    def suspends(self, account: str) -> None:
        suspend_account(self._last.pk, self.accounts[account].pk, cause=OWNER, clock=self.clock)

    def restores(self, account: str) -> None:
        restore_account(self._last.pk, self.accounts[account].pk, cause=OWNER, clock=self.clock)

    def stops_billing(self, account: str) -> None:
        stop_billing(self._last.pk, self.accounts[account].pk, cause=OWNER, clock=self.clock)

    def resumes_billing(self, account: str) -> None:
        resume_billing(self._last.pk, self.accounts[account].pk, cause=OWNER, clock=self.clock)

    def reopens(self, account: str) -> None:
        reopen_account(self._last.pk, self.accounts[account].pk, cause=OWNER, clock=self.clock)

    def staff_approve_suspension(self) -> None:
        approve_suspension(self._last.pk, cause=STAFF, now=self.clock())

    def holds_invoices(self) -> None:
        for invoice in self.invoices():
            hold_invoice(invoice.number, cause=STAFF, now=self.clock())

    def releases_invoices(self) -> None:
        for invoice in self.invoices():
            release_invoice(invoice.number, cause=STAFF, now=self.clock())

    def agreed_price(self, unit_price: str, valid_from: date) -> None:
        """A book of one tier, agreed with the partner."""
        tiers = [TierRow(1, None, Decimal(unit_price))]
        load_prices(
            tiers, currency="USD", valid_from=valid_from, partner_id=self._last.pk, cause=STAFF, now=self.clock()
        )

    def why_not(self, account: str, member: int = 0) -> tuple[Reason, ...]:
        """What stands against a member's signing in; empty for one who may."""
        public_id = self.accounts[account].public_id
        (email,) = emails(1, member)
        features = current_settings().features
        answer = member_access(EVERYTHING, public_id, email, features=features, now=self.clock())
        assert answer.sign_in is answer.material is not bool(answer.reasons)
        return answer.reasons

    def standing(self) -> str:
        row = standing_of(EVERYTHING, self._last.pk, now=self.clock())
        assert row is not None
        return row.state

    def lines(self) -> list[InvoiceLine]:
        return list(InvoiceLine.unscoped.order_by("pk"))

    def money(self, amount: str) -> Money:
        """An amount in dollars."""
        return typed(amount, "USD")

    def mails(self, *topics: str) -> list[str]:
        """`2026-01-05 topic` of what was written about these topics, in order of time."""
        written = OutboxMessage.unscoped.filter(topic__in=topics).order_by("written_at", "pk")
        return [f"{mail.written_at:%Y-%m-%d} {mail.topic}" for mail in written]

    def _ids(self, names: tuple[str, ...]) -> list[int]:
        return [self.accounts[name].pk for name in names]


@contextmanager
def refusing(code: str) -> Iterator[None]:
    """What is done inside is refused with this code."""
    with pytest.raises(Refused) as refused:
        yield
    assert refused.value.code == code
