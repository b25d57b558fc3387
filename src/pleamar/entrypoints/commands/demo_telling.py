"""How the demo tells what was billed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.demo_people import PEOPLE
from pleamar.entrypoints.commands.priced import price_text
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.bills import BillRow, Payment
from pleamar.rules.money import Money, total
from pleamar.wording.dates import last_day

_WIDE: Final = 140  # below it there is no room for who set the peak, only for what it was


def year(partner: str, rows: Sequence[BillRow], *, width: int) -> RenderableType:
    """A partner's cycles as a table: the peak, who set it and when, what it costs, how it was paid."""
    currency, zone = rows[-1].net.currency, rows[-1].timezone
    wide = width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2 if wide else 1, 0, 0))
    for heading, justify in (
        *(("cycle", "left"), ("peak", "right"), ("reached", "left"), ("set by", "left")),
        *(("a seat", "right"), (f"net {currency}", "right"), ("invoice", "left"), ("payment", "left")),
    ):
        words = heading in ("set by", "payment")
        table.add_column(heading, justify="right" if justify == "right" else "left", no_wrap=not words, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row, wide=wide))
    cycles = f"{counted(len(rows), 'cycle')}, {zone}"
    return Group(Text(f"\n{partner}", style="bold"), Text(cycles, style="dim"), Padding(table, (0, 0, 0, 0)))


def _cells(row: BillRow, *, wide: bool) -> tuple[str | Text, ...]:
    zone = ZoneInfo(row.timezone)
    first, last = row.cycle_start.astimezone(zone), last_day(row.cycle_end, row.timezone)
    price = "" if row.unit_price is None else price_text(row.unit_price, row.net.currency)
    return (
        f"{first:%d %b} – {last:%d %b %Y}",
        Text(f"{row.peak:,}", style="bold"),
        f"{row.peak_at.astimezone(zone):%d %b %H:%M}",
        (row.set_by if wide else row.set_by.rpartition(": ")[2]) or "as the cycle began",
        price,
        f"{row.net.decimal:,f}",
        row.invoice or "–",
        payment(row.payment),
    )


def payment(paid: Payment | None) -> Text:
    """How a bill was paid, or why it is not yet."""
    if paid is None:
        return Text("nothing to pay", style="dim")
    if paid.state != "open":
        return Text(_how(paid), style="green")
    if paid.waits:
        return Text("waits for 3-D Secure", style="yellow")
    if paid.decline:
        return Text(f"declined: {paid.decline.replace('_', ' ')}", style="red")
    return Text("open", style="yellow")


def _how(paid: Payment) -> str:
    told = ["paid"]
    if paid.secured:
        told.append("with 3-D Secure")
    if paid.declines:
        told.append(f"after {counted(paid.declines, 'decline')}")
    if paid.together > 1:
        told.append(f"in one charge for {paid.together}")
    return " ".join(told)


def closing(row: BillRow) -> str:
    """One closing in one line."""
    return (
        f"{moment_text(row.cycle_end)}  {row.partner:<16} peak {row.peak:>4}  "
        f"{row.net.decimal:>9,f} {row.net.currency}  {row.invoice:<11} {payment(row.payment).plain:<28} {row.set_by}"
    )


def farewell(rows: Sequence[BillRow]) -> RenderableType:
    """What it all came to, and what to look at next."""
    sums = [_sum(rows, currency) for currency in sorted({row.net.currency for row in rows})]
    billed = ", ".join(f"{money.decimal:,f} {money.currency}" for money in sums)
    partner = rows[0]
    return Text.assemble(
        f"\n{counted(len(rows), 'cycle')} closed, {billed} billed. "
        "Nothing was typed in, and every figure can be checked:\n",
        f'  pleamar explain --partner "{partner.partner}" --cycle {moment_text(rows[0].cycle_start)}\n',
        f'  pleamar statements --partner "{partner.partner}" --format csv\n',
        f"  pleamar invoice {next(row.invoice for row in rows if row.invoice)} --pdf invoice.pdf\n",
        "  pleamar charges\n",
        f'  pleamar usage "{partner.partner}"\n',
        f'  pleamar account activate "Orchard Bank" --partner "{partner.partner}"\n',
        "  pleamar check-books\n",
        (
            "The console script is .venv/bin/pleamar after `make demo`; all lies under .pleamar, mails too.",
            "dim",
        ),
    )


def doors(address: str, password: str | None, *, taken: int | None) -> RenderableType:
    """Where the portal is, and who can sign in. `taken`: the port that was asked for and is somebody else's."""
    people = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for person in PEOPLE:
        if person.joined:
            people.add_row(person.email, person.partner, person.does)
    known = (" and sign in, each with the password ", (password, "bold")) if password else (" and sign in",)
    lines: list[RenderableType] = [Text.assemble("Open ", (f"{address}/", "bold"), *known)]
    if taken is not None:
        lines.append(Text(f"Something else listens on port {taken}.", style="dim"))
    lines += [
        Text(),
        people,
        Text(),
        Text("Nobody needs a second factor here; owners do elsewhere. Time is moved in the bar above each page."),
        Text("Ctrl-C ends the portal. `make demo` opens it again at once."),
    ]
    return Group(Text(), Panel(Group(*lines), title="The portal", title_align="left", expand=False, padding=(1, 2)))


def _sum(rows: Sequence[BillRow], currency: str) -> Money:
    return total((row.net for row in rows if row.net.currency == currency), currency)
