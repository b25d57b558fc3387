"""The console script `pleamar`: finds the command, sees to a database, and says refusals in one line."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from itertools import takewhile

import django
from django.db import InterfaceError, OperationalError
from django.utils import translation

from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.ports.payments import GatewayFailed, GatewayUnreachable
from pleamar.rules.refusals import Refused
from pleamar.wiring.database import ensure_database, ensure_secret_key, make_home, refuse_unreadable_addresses

# The commands and the module of each, under `pleamar.entrypoints.commands`. Groups come from the first word.
COMMANDS: dict[str, str] = {
    "demo": "demo",
    "db": "db",
    "migrate": "migrate",
    "check-config": "check_config",
    "seller": "seller",
    "partner add": "partner_add",
    "partner list": "partner_list",
    "partner go-live": "partner_go_live",
    "partner terms": "partner_terms",
    "partner set": "partner_set",
    "partner close": "partner_close",
    "recipient add": "recipient_add",
    "recipient remove": "recipient_remove",
    "recipient list": "recipient_list",
    "team list": "team_list",
    "team invite": "team_invite",
    "team role": "team_role",
    "team remove": "team_remove",
    "team reset-sign-in": "team_reset_sign_in",
    "account add": "account_add",
    "account list": "account_list",
    "account activate": "account_activate",
    "account cancel-activation": "account_cancel_activation",
    "account limit": "account_limit",
    "account suspend": "account_suspend",
    "account restore": "account_restore",
    "account stop-billing": "account_stop_billing",
    "account resume-billing": "account_resume_billing",
    "account close": "account_close",
    "account reopen": "account_reopen",
    "trial extend": "trial_extend",
    "access": "access",
    "member list": "member_list",
    "member activate": "member_activate",
    "member deactivate": "member_deactivate",
    "member move": "member_move",
    "member delete": "member_delete",
    "member history": "member_history",
    "deny list": "deny_list",
    "deny add": "deny_add",
    "deny remove": "deny_remove",
    "deny replace": "deny_replace",
    "card add": "card_add",
    "card page": "card_page",
    "import-members": "import_members",
    "import-history": "import_history",
    "export-history": "export_history",
    "statements": "statements",
    "invoices": "invoices",
    "invoice": "invoice",
    "credit": "credit",
    "hold": "hold",
    "release": "release",
    "explain": "explain",
    "usage": "usage",
    "forecast": "forecast",
    "alert add": "alert_add",
    "alert remove": "alert_remove",
    "alert list": "alert_list",
    "charges": "charges",
    "close": "close",
    "collect": "collect",
    "prices load": "prices_load",
    "prices list": "prices_list",
    "price": "price",
    "check-books": "check_books",
    "sandbox advance": "sandbox_advance",
    "sandbox act": "sandbox_act",
    "sandbox dispute": "sandbox_dispute",
    "sandbox fault": "sandbox_fault",
    "standing list": "standing_list",
    "standing approve": "standing_approve",
    "standing decline": "standing_decline",
    "mail list": "mail_list",
    "settings list": "settings_list",
    "settings set": "settings_set",
    "up": "up",
    "web": "web",
    "worker": "worker",
}
# They work, and say something useful, where no database answers or none is wanted yet.
_WITHOUT_DATABASE = frozenset({"db", "check-config"})
_GROUPS = {
    "partner": "partners: the MSPs that resell the product",
    "account": "accounts: the partners' customers",
    "trial": "customers who try the product out",
    "member": "users: the people in an account",
    "deny": "deny lists: who must never be active in an account",
    "recipient": "who gets a partner's mails about billing",
    "team": "who signs in for a partner",
    "card": "cards that partners pay with",
    "alert": "alerts on a partner's use",
    "standing": "how partners stand with payment, and whether their access is suspended",
    "prices": "price books",
    "mail": "mails to partners",
    "settings": "what the vendor may set",
    "sandbox": "a sandbox's clock, and what else only happens outside: cardholders, banks, failures",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 refused or found wrong, 2 not understood, 130 interrupted."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pleamar.config.settings")
    try:
        return _answered(typed)
    except KeyboardInterrupt:
        return 130
    except Exception as unexpected:  # nobody is shown a stack trace
        return _say(f"Something went wrong that Pleamar did not expect. Details: {_noted(unexpected)}")


def _answered(typed: Sequence[str]) -> int:
    try:
        _ready_output()
        try:
            return _run(typed)
        finally:
            sys.stdout.flush()  # here, where a reader that has gone and a full disk can still be told apart
    except Refused as refused:
        return _say(_worded(refused))
    except ServerProblem as problem:
        return _say(str(problem))
    except (OperationalError, InterfaceError) as unreachable:
        return _say(f"The database cannot be used: {' '.join(str(unreachable).split()) or 'it does not answer'}")
    except (GatewayUnreachable, GatewayFailed) as unreachable:
        told = " ".join(str(unreachable).split()) or "it does not answer"
        return _say(f"The payment provider cannot be reached: {told}. Nothing is lost; try again in a minute")
    except BrokenPipeError:  # whoever read our output has seen enough
        _forget_output()
        return 0
    except OSError as failed:
        _forget_output()
        return _say(f"{failed.filename or 'The output'} cannot be used: {failed.strerror or failed}")


def _ready_output() -> None:
    """Files and pipes get UTF-8 whatever the locale; what a terminal cannot show is written as its code."""
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the program runs
    if isinstance(sys.stdout, TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")  # its own default, but not wherever it was replaced


def _forget_output() -> None:
    """Nothing more is written where nothing can be: not what is left in the buffer either, when the program ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(typed: Sequence[str]) -> int:
    command = next((name for name in COMMANDS if typed[: len(name.split())] == name.split()), None)
    options = set(takewhile(lambda word: word != "--", typed))
    asks_for_help = command is None or not {"-h", "--help"}.isdisjoint(options)
    needs_database = not asks_for_help and command not in _WITHOUT_DATABASE
    refuse_unreadable_addresses(os.environ)
    if needs_database:
        ensure_secret_key(os.environ)
    embedded = needs_database and ensure_database(os.environ)
    django.setup()
    with translation.override(_language()):
        parsed = _parser(typed).parse_args(typed)
        _refuse_undecoded(parsed)
        if needs_database and command != "migrate":
            # Only now, when Django knows its settings: this module reaches into its migrations.
            import_module("pleamar.wiring.preparing").prepare(embedded=embedded)
        parsed.embedded = embedded
        run: int = parsed.run(parsed)
        return run


def _refuse_undecoded(parsed: Namespace) -> None:
    """Refuse texts that are no UTF-8, for a database keeps none; the name of a file may be any bytes."""
    for value in vars(parsed).values():
        if isinstance(value, str) and not value.isprintable():
            try:
                value.encode()
            except UnicodeEncodeError as undecoded:
                raise Refused("argument_not_utf8", argument=value) from undecoded


def _parser(typed: Sequence[str]) -> ArgumentParser:
    """The whole tree; only the modules that are wanted are loaded, which is most of what a command's start costs."""
    parser = ArgumentParser(prog="pleamar", description="Bills software that is sold per user through MSPs.")
    parser.add_argument("--version", action="version", version=f"pleamar {version('pleamar')}")
    top = parser.add_subparsers(metavar="COMMAND", required=True)
    groups = {name: top.add_parser(name, help=text) for name, text in _GROUPS.items()}
    inside = {name: group.add_subparsers(metavar="COMMAND", required=True) for name, group in groups.items()}
    first, known = (typed[0] if typed else ""), {name.split()[0] for name in COMMANDS}
    for name, module in COMMANDS.items():
        group, _, own = name.rpartition(" ")
        if first in known and first != name.split()[0]:
            continue
        command = import_module(f"pleamar.entrypoints.commands.{module}").COMMAND
        child = (inside[group] if group else top).add_parser(
            own,
            help=command.help,
            description=command.help,
            epilog=f"example:\n  {command.example}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        command.arguments(child)
        child.set_defaults(run=command.run)
    return parser


def _language() -> str:
    wanted = os.environ.get("PLEAMAR_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "es" if wanted.lower().startswith("es") else "en"


def _worded(refused: Refused) -> str:
    with translation.override(_language()):
        text: str = import_module("pleamar.wording.refusals").refusal(refused)
        return text


def _say(line: str) -> int:
    sys.stderr.write(f"pleamar: {line}\n")
    return 1


def _noted(unexpected: BaseException) -> str:
    """Where the details were written to, for whoever runs this installation; the last of them if nowhere."""
    try:
        path = make_home(os.environ) / "errors.log"
        # For nobody else to read: PostgreSQL tells the values of the row that it did not take.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "a", encoding="utf-8", errors="backslashreplace") as log:  # noqa: PTH123 - its mode is set
            os.fchmod(descriptor, 0o600)  # one that an earlier version made, too
            log.writelines(traceback.format_exception(unexpected))
    except (OSError, ServerProblem):
        return " ".join(traceback.format_exception_only(unexpected)[-1].split())
    return str(path)
