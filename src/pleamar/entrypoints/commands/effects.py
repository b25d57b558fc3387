"""What an act does to a partner's money, as it is told at the console before it is done (rules M12, M17)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.account_effects import MoneyEffects
from pleamar.rules.money import Money


def effect_lines(partner: str, money: MoneyEffects) -> Iterator[str]:
    """The count, the running cycle with its date, and the one after it; amounts are net of tax."""
    end, shadow = moment_text(money.cycle_end), " In shadow: priced, not invoiced." if money.shadow else ""
    if money.changes_nothing:
        yield f"{partner}: {counted(money.seats_after, 'seat')}, as before. No bill changes by it."
        yield f"This cycle, until {end}: {_costs(money.this_after)}, net.{shadow}"
        return
    if money.seats_before == money.seats_after:  # only a trial that is to go live changes
        yield f"{partner}: {counted(money.seats_after, 'seat')}, as before."
    else:
        yield f"{partner}: {money.seats_before:,} → {counted(money.seats_after, 'seat')}."
    if money.peak_after == money.peak_before:
        this = f"its peak of {money.peak_before:,} stays, {_costs(money.this_after)}"
    else:
        change = _change(money.this_before, money.this_after)
        this = f"peak {money.peak_before:,} → {money.peak_after:,}, {change}"
    yield f"This cycle, until {end}: {this}, net.{shadow}"
    next_cycle = _change(money.next_before, money.next_after)
    yield f"The next cycle, from {end}: {next_cycle}, net, if nothing else changes."


def _costs(amount: Money | None) -> str:
    return "no price book is in force" if amount is None else f"{amount.decimal:,f} {amount.currency}"


def _change(before: Money | None, after: Money | None) -> str:
    return _costs(after) if before == after else f"{_costs(before)} → {_costs(after)}"
