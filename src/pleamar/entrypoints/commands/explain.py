"""`pleamar explain`: who was counted in a cycle, and why (rule P1)."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import line_text
from pleamar.entrypoints.commands.tables import Value, format_argument, moment_text, print_rows
from pleamar.entrypoints.commands.times import typed_moment
from pleamar.queries.explain import AccountShare, CountedMember, Explanation, explain
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock

_SHARES = ["account", "seats", "money", "own_peak"]
_MEMBERS = ["account", "member", "since", "by", "means", "reference", "reason"]
_TOLD_MEMBERS = ["account", "member", "since", "because"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--cycle", required=True, metavar="START", help="the start of the cycle, ISO 8601 with offset")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    told = explain(EVERYTHING, arguments.partner, typed_moment(arguments.cycle), now=clock()())
    if arguments.format != "table":
        print_rows(_MEMBERS, map(_member, told.members), arguments.format)
        return 0
    sys.stdout.write(f"{_summary(told)}\n\nWhose seats they were at that moment (they add up; own peaks do not):\n")
    print_rows(_SHARES, map(_share, told.shares), "table")
    sys.stdout.write("\nEach member counted, since when, and what made it count:\n")
    print_rows(_TOLD_MEMBERS, map(_told_member, told.members), "table")
    return 0


def _summary(told: Explanation) -> str:
    bounds = f"{moment_text(told.starts_at)} to {moment_text(told.ends_at)} ({told.timezone})"
    then = "now" if told.state == "running" else "at its end"
    lines = [
        f"{told.partner}, cycle {bounds}: {told.state}.",
        f"Peak {counted(told.peak, 'seat')}, first reached {moment_text(told.peak_at)}.",
        f"It began with {told.opening:,}; {then} {told.closing:,}.",
    ]
    if told.price is not None:
        lines += map(line_text, told.price.lines)
        net = told.price.net
        billed = "in shadow, not invoiced" if told.price.shadow else (told.price.invoice or "nothing to invoice")
        lines.append(f"Net {net.decimal:,f} {net.currency}: {billed}.")
    return "\n".join(lines)


def _share(share: AccountShare) -> dict[str, Value]:
    return {"account": share.account, "seats": share.seats, "money": share.money, "own_peak": share.own_peak}


def _member(member: CountedMember) -> dict[str, Value]:
    by = member.counted_by
    return {
        "account": member.account,
        "member": member.email,
        "since": member.since,
        "by": by.actor,
        "means": by.means,
        "reference": by.reference,
        "reason": by.reason,
    }


def _told_member(member: CountedMember) -> dict[str, Value]:
    by = member.counted_by
    # A file's name is often given as the reason too.
    because = ", ".join(dict.fromkeys(filter(None, (by.actor, by.means, by.reference, by.reason))))
    return {"account": member.account, "member": member.email, "since": member.since, "because": because}


COMMAND = Command(
    help="a cycle's peak, each account's share, each member counted and why (CSV and JSON: the members)",
    example='pleamar explain --partner "Northwind IT" --cycle 2026-10-31T00:00:00Z',
    arguments=_arguments,
    run=_run,
)
