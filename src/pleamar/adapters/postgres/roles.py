"""Our database and its two roles in a new server; safe to run again after it died half-way."""

import psycopg
from psycopg import sql

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.address import DATABASE, OWNER_ROLE, WEB_ROLE, ServerAddress
from pleamar.adapters.postgres.place import Place
from pleamar.adapters.postgres.private_files import write_private
from pleamar.adapters.postgres.problems import ServerProblem

# Raise it when the statements below change, and they run once more on every server.
STEP = "1"


def roles_are_made(place: Place) -> bool:
    """Whether an earlier start came to the end of `make_roles`."""
    try:
        return (place.data / "pleamar-roles").read_text(encoding="utf-8").strip() == STEP
    except OSError:
        return False


def make_roles(place: Place, address: ServerAddress, account: ServiceAccount | None) -> None:
    """Make the database, the role that owns it and the role of the web server; note it beside the data when done."""
    try:
        with psycopg.connect(
            host=str(address.socket_folder),
            port=address.port,
            user=address.user,
            password=address.password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=20,
        ) as connection:
            _ensure_role(connection, OWNER_ROLE, address.owner_password)
            _ensure_role(connection, WEB_ROLE, address.web_password)
            _ensure_database(connection)
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        message = (
            f"The server of {place.data} runs, but its database and roles could not be made ({reason}): "
            f"see {place.log}, and whether {place.passwords} belongs to this data."
        )
        raise ServerProblem(
            "roles_not_made", message, data_directory=place.data, log=place.log, reason=reason
        ) from error
    write_private(place.data / "pleamar-roles", f"{STEP}\n", account)


def _ensure_role(connection: psycopg.Connection, name: str, password: str) -> None:
    role = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    # Hashed here, so that a log of statements never holds the password itself.
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    limits = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")
    connection.execute(sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(role, limits, sql.Literal(hashed)))


def _ensure_database(connection: psycopg.Connection) -> None:
    database, owner, web = sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE), sql.Identifier(WEB_ROLE)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC, {}").format(database, web))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, web))
