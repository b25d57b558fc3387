"""Serve on a free port of this machine, say which, and end when whoever started it is gone."""

from __future__ import annotations

import os
import sys
import threading

from tests.stripe_server import corrections


def _end_with_the_starter() -> None:
    sys.stdin.read()
    os._exit(0)


def _announce(text: str) -> None:
    """aiohttp tells its address in a sentence; whoever waits wants it alone on a line."""
    for word in text.split():
        if word.startswith("http://"):
            sys.stdout.write(word + "\n")
            sys.stdout.flush()


def main() -> None:
    """Serves until the end. localstripe reads its table of calls when its server is imported, so that comes later."""
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    corrections.apply()
    from aiohttp import web  # type: ignore[import-not-found]
    from localstripe import server  # type: ignore[import-not-found]

    from tests.stripe_server import keys, listing, things

    # The first is asked first; localstripe never sees what one of them answers.
    server.app.middlewares[:0] = [keys.serve, listing.serve, things.serve]
    web.run_app(server.app, host="127.0.0.1", port=0, print=_announce)


main()
