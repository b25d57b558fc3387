"""Where the web server listens."""

from __future__ import annotations

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError

from pleamar.entrypoints.commands.command import whole_number
from pleamar.rules.refusals import Refused

_HIGHEST_PORT = 65_535
_NEAR = 50


def listening_arguments(parser: ArgumentParser) -> None:
    """`--host` and `--port`."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="the port to listen on (default: %(default)s)")


def address(host: str, port: int) -> str:
    """As a browser wants it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def free_port(host: str, port: int) -> int:
    """This port, or the next one that nobody listens on. Refuses `address_taken` where there is none near."""
    for candidate in range(port, min(port + _NEAR, _HIGHEST_PORT) + 1):
        try:
            refuse_taken_address(host, candidate)
        except Refused:
            continue
        return candidate
    refuse_taken_address(host, port)
    return port


def refuse_taken_address(host: str, port: int) -> None:
    """Refuses `address_taken` where nobody can listen: the server itself would share a port with whoever has it."""

    async def listen() -> None:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
        server.close()

    try:
        asyncio.run(listen())
    except OSError as taken:
        why = os.strerror(taken.errno) if taken.errno and taken.errno > 0 else taken.strerror
        raise Refused("address_taken", address=f"{host}:{port}", why=why or str(taken)) from taken


def _port(text: str) -> int:
    number = whole_number(text)
    if not 1 <= number <= _HIGHEST_PORT:
        raise ArgumentTypeError(f"not a port from 1 to {_HIGHEST_PORT}: {number}")
    return number
