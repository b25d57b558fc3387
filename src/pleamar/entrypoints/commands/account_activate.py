"""`pleamar account activate`: trials go live."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from pleamar.actions.activate_trials import Activation, activate_trials
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import money_text, price_text
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.activation import activation_preview
from pleamar.queries.partners import FoundPartner, find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import ActivationPreview, Figures, When
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="+", help="of the customer; several are activated together")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--next-cycle", action="store_true", help="with the start of the next cycle, not now")
    parser.add_argument("--preview", metavar="ID", help="do what was shown under this id, if it is still so")
    parser.add_argument("--seats", metavar="N", default="", help="of several: how many seats they add in all")
    parser.add_argument("--reason", default="", metavar="R", help="why; it is kept with the change")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    accounts = [find_account(EVERYTHING, partner.id, name).id for name in arguments.names]
    when: When = "next_cycle" if arguments.next_cycle else "now"
    preview = activation_preview(EVERYTHING, partner.id, accounts, when=when, now=clock()())
    several = len(preview.accounts) > 1
    if preview.accounts and arguments.preview is None:
        sys.stdout.writelines(f"{line}\n" for line in _told(partner, preview))
        sys.stdout.flush()
        raise Refused("activation_not_confirmed", preview=preview.name, customers=len(preview.accounts))
    done = activate_trials(
        partner.id,
        accounts,
        when=when,
        preview=arguments.preview or "",
        # One alone is confirmed by its name, which the command was given.
        typed=arguments.seats if several else preview.confirmation,
        cause=by_console("account activate", reason=arguments.reason),
        clock=clock(),
    )
    sys.stdout.writelines(f"{line}\n" for line in _done(partner, done))
    return 0


def _told(partner: FoundPartner, preview: ActivationPreview) -> Iterator[str]:
    """What it does to the bill, before it is done."""
    cycle, before, after = preview.cycle, preview.before, preview.after
    at_once = preview.when == "now"
    moment = "now" if at_once else f"at {moment_text(cycle.starts_at)}"
    days = counted(preview.days_left, "day")
    for account in preview.accounts:
        yield f"{account.name} would go live {moment}: {counted(account.members, 'seat')} more."
        if account.suspended:
            yield f"{account.name} is suspended: nobody signs in, and its seats would be billed all the same."
    yield (
        f"{partner.name}, cycle {moment_text(cycle.starts_at)} to {moment_text(cycle.ends_at)} "
        f"({f'{days} left' if at_once else f'in {days}'}): "
        f"{before.seats:,} → {counted(after.seats, 'seat')}, peak {before.peak:,} → {after.peak:,}."
    )
    yield f"Without it the cycle costs {_cost(before)}; with it {_cost(after)}; net."
    if cycle.shadow:
        yield "This cycle is in shadow: it is priced, and not invoiced."
    yield f"They count for the whole cycle, whose peak cannot be lowered any more before {moment_text(cycle.ends_at)}."
    yield f"Preview {preview.name}"


def _cost(figures: Figures) -> str:
    """`214.20 USD (102 × 2.10)`; without the price of a seat where it depends on the tier."""
    amount = money_text(figures.amount)
    if figures.unit_price is None or not figures.peak:
        return amount
    return f"{amount} ({figures.peak:,} × {price_text(figures.unit_price, figures.amount.currency)})"


def _done(partner: FoundPartner, done: Activation) -> Iterator[str]:
    for name in done.shown.already_live:
        yield f"{name} is live already: nothing was changed."
    for name in done.shown.already_scheduled:
        yield f"{name} is to go live with the next cycle already: nothing was changed."
    for account in done.shown.accounts:
        yield f"{account.name} " + (f"goes live at {moment_text(done.due_at)}." if done.due_at else "is live.")
    if done.change is not None:
        change = done.change
        yield f"{partner.name}: {change.seats_before:,} → {counted(change.seats_after, 'seat')}, peak {change.peak:,}."


COMMAND = Command(
    help="end the trial of a customer, or of several together, and begin to bill its users",
    example='pleamar account activate "Fabrikam" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
