"""Starting the server from a test: one for each worker, gone when the worker is, however that came about."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-tools" / "bin" / "python"
LONGEST_WAIT = 30  # seconds


class StripeServer:
    """A running server. It reads its standard input, and ends when nobody holds the other end any more."""

    def __init__(self) -> None:
        """Starts it. Raises RuntimeError where its environment is missing, or where it says no address."""
        if not PYTHON.exists():
            message = "the Stripe to test against is missing: run `make .venv-tools/.localstripe`"
            raise RuntimeError(message)
        self.process = subprocess.Popen(
            [PYTHON, "-m", "tests.stripe_server"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            self.end()
            message = "the Stripe to test against ended at once: see its errors above"
            raise RuntimeError(message)

    def bring_about(self, act: str, **query: str) -> object:
        """Lets the world act on it (`things.py` lists how) and gives what it answers, as JSON says it."""
        request = Request(f"{self.address}/_config/test/{act}?{urlencode(query)}", method="POST")
        with urlopen(request, timeout=LONGEST_WAIT) as answer:
            return json.load(answer)

    def end(self) -> None:
        """Ends it and waits until it is gone."""
        with suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        try:
            self.process.wait(LONGEST_WAIT)
        finally:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()
