"""Plays the demo's story through the same actions that everything else uses, on a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pleamar.actions.activate_trials import activate_trials
from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.describe_partner import describe_partner
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.poll_events import poll_events
from pleamar.actions.process_events import process_events
from pleamar.actions.send_messages import send_messages
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.entrypoints.commands.demo_story import Event
from pleamar.queries.activation import activation_preview
from pleamar.queries.charges import charges, find_charge
from pleamar.queries.due_dates import next_due
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.causes import Cause
from pleamar.wiring.dated_work import do_dated_work
from pleamar.wiring.letters import letter_writer
from pleamar.wiring.mail import mailer
from pleamar.wiring.payments import leasing, sandbox_gateway
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.mail import letter

_JOB = Cause(actor="pleamar", means="demo")
_TRIAL_DAYS = 40
_MANAGER, _CONTACT = "Alex Moreno", "alex.moreno@vendor.example"


@dataclass(slots=True)
class Stage:
    """The story's clock, the ids of who is in it, and who is told when cycles were closed."""

    moment: datetime
    closed: Callable[[datetime], None]
    gateway: SandboxGateway = field(init=False)
    partners: dict[str, tuple[int, str]] = field(default_factory=dict)
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gateway = sandbox_gateway(self.clock)

    def clock(self) -> datetime:
        """The story's present moment."""
        return self.moment


def play(stage: Stage, events: list[Event], end: datetime) -> None:
    """Everything in order of time; in between, what is due is done when it is due: cycles closed, cards charged."""
    for event in events:
        _work_until(stage, event.at)
        stage.moment = event.at
        _ACTS[event.kind](stage, event)
    _work_until(stage, end)
    stage.moment = end


def _work_until(stage: Stage, until: datetime) -> None:
    """Everything between the last event and `until`; what an event left due is seen to first."""
    due: datetime | None = stage.moment
    while due is not None and due < until:
        stage.moment = due
        closed = close_cycles(cause=_JOB, now=due)
        collect_charges(stage.gateway, now=due, leasing=leasing())
        do_dated_work(stage.clock, cause=_JOB)
        send_messages(mailer(), letter_writer(letter, invoice_paper), now=due)
        if closed.statements:
            stage.closed(due)
        due = next_due(EVERYTHING, due)


def _open_partner(stage: Stage, event: Event) -> None:
    new = NewPartner(event.partner.name, event.partner.currency, event.partner.timezone, email=event.partner.email)
    partner = open_partner(new, created=event.at, cause=_cause(event, "vendor's finance"), now=event.at)
    stage.partners[event.partner.name] = partner.pk, partner.public_id
    described = {"language": event.partner.language, "manager_name": _MANAGER, "manager_contact": _CONTACT}
    describe_partner(partner.pk, **described, cause=_cause(event, "vendor's finance"), now=event.at)


def _open_account(stage: Stage, event: Event) -> None:
    if event.customer is not None:
        account = open_account(
            _partner(stage, event),
            event.customer.name,
            cause=_cause(event, "owner"),
            clock=stage.clock,
            state="trial" if event.customer.trial_months else "live",
            trial_days=_TRIAL_DAYS if event.customer.trial_months else None,
        )
        stage.accounts[event.partner.name, event.customer.name] = account.pk


def _go_live(stage: Stage, event: Event) -> None:
    partner, accounts = _partner(stage, event), [_account(stage, event)]
    shown = activation_preview(EVERYTHING, partner, accounts, when="now", now=event.at)
    confirmed = {"preview": shown.name, "typed": shown.confirmation}
    activate_trials(partner, accounts, when="now", **confirmed, cause=_cause(event), clock=stage.clock)


def _close_account(stage: Stage, event: Event) -> None:
    close_account(_partner(stage, event), _account(stage, event), cause=_cause(event), clock=stage.clock)


def _seats(stage: Stage, event: Event) -> None:
    account = _account(stage, event)
    wanted = [Wanted(account, email, active=True) for email in event.come]
    wanted += [Wanted(account, email, active=False) for email in event.go]
    change_seats(_partner(stage, event), wanted, cause=_cause(event), clock=stage.clock)


def _card(stage: Stage, event: Event) -> None:
    number, public_id = stage.partners[event.partner.name]
    details = stage.gateway.register_card(event.card, customer=public_id)
    add_payment_method(number, details, provider=stage.gateway.provider, cause=_cause(event, "owner"), now=event.at)
    collect_charges(stage.gateway, now=event.at, leasing=leasing(), partner_id=number)


def _confirm(stage: Stage, event: Event) -> None:
    """The cardholder confirms what the bank wants confirmed; the provider tells us, and the charge is collected."""
    for row in charges(EVERYTHING, event.partner.name):
        if row.state == "action_required":
            stage.gateway.act(find_charge(EVERYTHING, row.public_id).provider_id or "", succeed=True)
    poll_events(stage.gateway, now=event.at)
    process_events(stage.gateway, now=event.at)


_ACTS: dict[str, Callable[[Stage, Event], None]] = {
    "open partner": _open_partner,
    "open account": _open_account,
    "go live": _go_live,
    "close account": _close_account,
    "seats": _seats,
    "card": _card,
    "confirm": _confirm,
}


def _partner(stage: Stage, event: Event) -> int:
    return stage.partners[event.partner.name][0]


def _account(stage: Stage, event: Event) -> int:
    assert event.customer is not None  # noqa: S101 - the story gives every such event its customer
    return stage.accounts[event.partner.name, event.customer.name]


def _cause(event: Event, actor: str = "") -> Cause:
    return Cause(actor=event.actor or actor, means=event.means or event.kind, reason=event.reason)
