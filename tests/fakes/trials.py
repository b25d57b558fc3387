"""A partner with 90 seats and two trials, and the words for what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pleamar.actions.activate_trials import Activation, activate_trials
from pleamar.actions.change_seats import change_seats
from pleamar.actions.open_account import open_account
from pleamar.models import Account
from pleamar.queries.activation import activation_preview
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import ActivationPreview, When
from tests.entrypoints.console import everything
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive

BEN = Cause(actor="ben", means="portal", reference="r1", reason="they like it")
START = datetime(2026, 1, 1, 9, tzinfo=UTC)
NEXT = datetime(2026, 2, 1, tzinfo=UTC)  # the start of the partner's next cycle
AFTER_NEXT = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(slots=True)
class Trials:
    """Contoso is live, with 90 seats; Fabrikam and Tailspin try it out, with 12 and 3 members. It is 10 January."""

    clock: SteppedClock
    contoso: Account
    fabrikam: Account
    tailspin: Account

    @property
    def partner_id(self) -> int:
        return self.contoso.partner_id

    def opened(self, name: str, members: int, days: int | None = None) -> Account:
        trial = open_account(self.partner_id, name, cause=TESTER, clock=self.clock, state="trial", trial_days=days)
        return self.joined(trial, members)

    def joined(self, account: Account, members: int, start: int = 0) -> Account:
        people = active(account.pk, emails(members, start))
        change_seats(self.partner_id, people, cause=TESTER, clock=self.clock)
        account.refresh_from_db()
        return account

    def left(self, account: Account, members: int) -> None:
        change_seats(self.partner_id, inactive(account.pk, emails(members)), cause=TESTER, clock=self.clock)

    def shown(self, *accounts: Account, when: When = "now") -> ActivationPreview:
        numbers = [account.pk for account in accounts]
        return activation_preview(Scope(self.partner_id), self.partner_id, numbers, when=when, now=self.clock())

    def activated(
        self,
        *accounts: Account,
        when: When = "now",
        preview: ActivationPreview | None = None,
        typed: str | None = None,
    ) -> Activation:
        """As `preview` shows it, or as it is shown now, and confirmed as it asks for unless something else is typed."""
        preview = preview or self.shown(*accounts, when=when)
        return activate_trials(
            self.partner_id,
            [account.pk for account in accounts],
            when=when,
            preview=preview.name,
            typed=preview.confirmation if typed is None else typed,
            cause=BEN,
            clock=self.clock,
        )


def trials_of(contoso: Account, clock: SteppedClock) -> Trials:
    """They are opened here; `contoso` has no members yet."""
    trials = Trials(clock, contoso, contoso, contoso)
    trials.joined(contoso, 90)
    clock.set(datetime(2026, 1, 10, 9, tzinfo=UTC))
    trials.fabrikam, trials.tailspin = trials.opened("Fabrikam", 12), trials.opened("Tailspin", 3)
    return trials


def refused(code: str, act: Callable[[], object]) -> Refused:
    """The refusal of that code, which left every row as it was."""
    before = everything()
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    assert everything() == before
    return caught.value
