"""`pleamar access`: what the product is told when it asks about somebody."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import format_argument, print_rows
from pleamar.queries.access import member_access
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.wiring.clock import clock

_COLUMNS = ["email", "sign_in", "material", "features", "reasons"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--account", required=True, metavar="A")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--feature", metavar="F", help="also whether the customer has this feature")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = find_account(EVERYTHING, partner.id, arguments.account)
    answer = member_access(
        EVERYTHING,
        account.public_id,
        arguments.email,
        features=current_settings().features,
        now=clock()(),
        feature=arguments.feature,
    )
    row = {
        "email": arguments.email,
        "sign_in": _told(arguments, yes=answer.sign_in),
        "material": _told(arguments, yes=answer.material),
        "features": ", ".join(answer.features),
        "reasons": ", ".join(answer.reasons),
    }
    print_rows(_COLUMNS, [row], arguments.format)
    return 0


def _told(arguments: Namespace, *, yes: bool) -> bool | str:
    """A table leaves a no blank, which is no answer to a question."""
    return yes if arguments.format != "table" or yes else "no"


COMMAND = Command(
    help="may this person sign in, be sent material, use which features; and if not, why",
    example='pleamar access ana@contoso.example --account "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
