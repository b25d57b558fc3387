"""A closed partner's accounts (rules M20, M22, M26)."""

from __future__ import annotations

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_partner import close_partner
from pleamar.actions.open_account import open_account
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, AuditEvent
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

LEAVES = Cause(actor="ana", means="portal", reason="they leave")


def test_m26_closing_a_partner_closes_its_accounts_whatever_they_are(account: Account, clock: SteppedClock) -> None:
    partner_id = account.partner_id
    trial = open_account(partner_id, "Trying", cause=TESTER, clock=clock, state="trial")
    stopped = open_account(partner_id, "Stopped", cause=TESTER, clock=clock)
    for one in (account, trial, stopped):
        change_seats(partner_id, active(one.pk, emails(2)), cause=TESTER, clock=clock)
    suspend_account(partner_id, account.pk, cause=LEAVES, clock=clock)
    stop_billing(partner_id, stopped.pk, cause=LEAVES, clock=clock)
    planned = {"actor": "ana", "means": "portal", "reference": "", "reason": ""}
    Account.unscoped.filter(pk=trial.pk).update(activation_due_at=clock(), activation_cause=planned)
    clock.forward(days=1)
    closed = close_partner(partner_id, cause=LEAVES, clock=clock)
    rows = Account.unscoped.order_by("pk").values_list("state", "seats", "active_members", "activation_due_at")
    assert list(rows) == [("closed", 0, 2, None), ("closed", 0, 2, None), ("closed", 0, 0, None)]
    told = AuditEvent.unscoped.get(act="close partner")
    assert (told.subject, told.reason, told.at) == (closed.public_id, "they leave", closed.closed_at)
    assert check_books(EVERYTHING) == []
