"""How to reach a running embedded server."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from pleamar.adapters.postgres.passwords import Passwords
from pleamar.adapters.postgres.place import PORT, Place

SUPERUSER = "pleamar"
OWNER_ROLE = "pleamar_owner"
WEB_ROLE = "pleamar_web"
DATABASE = "pleamar"


@dataclass(frozen=True)
class ServerAddress:
    """The pieces of a connection; `user` and `password` are the superuser's."""

    socket_folder: Path
    port: int
    user: str
    password: str = field(repr=False)
    owner_password: str = field(repr=False)
    web_password: str = field(repr=False)

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """A postgresql:// URL for any database here; as the superuser unless another user is named."""
        if user is None:
            user, password = self.user, password if password is not None else self.password
        credentials = quote(user, safe="") + ("" if password is None else f":{quote(password, safe='')}")
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{credentials}@/{quote(database, safe='')}?host={host}&port={self.port}"

    @property
    def owner_url(self) -> str:
        """The database as the role that owns it: migrations."""
        return self.url(DATABASE, OWNER_ROLE, self.owner_password)

    @property
    def web_url(self) -> str:
        """The database as the role of the web server and the worker, which may change no tables."""
        return self.url(DATABASE, WEB_ROLE, self.web_password)


def address_of(place: Place, passwords: Passwords) -> ServerAddress:
    """The address of the server of a place."""
    return ServerAddress(
        socket_folder=place.socket_folder,
        port=PORT,
        user=SUPERUSER,
        password=passwords.superuser,
        owner_password=passwords.owner,
        web_password=passwords.web,
    )
