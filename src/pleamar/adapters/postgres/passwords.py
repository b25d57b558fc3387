"""The passwords of the embedded server's three roles, kept in one private file."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pleamar.adapters.postgres.place import Place
from pleamar.adapters.postgres.private_files import write_private
from pleamar.adapters.postgres.problems import ServerProblem


@dataclass(frozen=True)
class Passwords:
    """One password a role; none of them shows in a traceback."""

    superuser: str = field(repr=False)
    owner: str = field(repr=False)
    web: str = field(repr=False)


def read_passwords(place: Place) -> Passwords | None:
    """The passwords of a place; None if it has none."""
    try:
        found = json.loads(place.passwords.read_text(encoding="utf-8"))
        return Passwords(superuser=found["superuser"], owner=found["owner"], web=found["web"])
    except FileNotFoundError:
        return None
    except PermissionError as error:
        message = f"{place.passwords} belongs to another user: run this as the user who made it."
        raise ServerProblem("passwords_unreadable", message, passwords=place.passwords) from error
    except (ValueError, KeyError, TypeError) as error:
        raise _lost(place, "is damaged") from error


def require_passwords(place: Place) -> Passwords:
    """The passwords of a place that has data; refused if they are lost."""
    found = read_passwords(place)
    if found is None:
        raise _lost(place, "is missing")
    return found


def make_passwords(place: Place) -> Passwords:
    """New passwords, safely on the disk before any data needs them; those of a start that died early are kept."""
    found = read_passwords(place)
    if found is None:
        found = Passwords(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        write_private(place.passwords, json.dumps(asdict(found), indent=1) + "\n")
    return found


def _lost(place: Place, what: str) -> ServerProblem:
    message = (
        f"{place.passwords} {what}, so the database in {place.data} cannot be opened: "
        f"restore that file from a backup, or move {place.data} and it away to begin with an empty database."
    )
    return ServerProblem("passwords_lost", message, passwords=Path(place.passwords), data_directory=place.data)
