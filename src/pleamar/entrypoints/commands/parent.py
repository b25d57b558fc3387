"""No process of ours outlives the one that started it, however that one ends."""

from __future__ import annotations

import os
import signal
from collections.abc import MutableMapping
from threading import Event, Thread
from typing import Final

_PARENT: Final = "PLEAMAR_PARENT"
_LOOKS_EACH_SECOND: Final = 2
_SECONDS_TO_END: Final = 10


def told_its_parent(environ: MutableMapping[str, str]) -> None:
    """Whoever is started with `environ` belongs to this process."""
    environ[_PARENT] = str(os.getpid())


def end_with_parent(environ: MutableMapping[str, str]) -> None:
    """Where `environ` names a parent: from now on end as on SIGTERM once it is gone, and at once if that takes long."""
    parent = environ.pop(_PARENT, "")
    if parent:
        Thread(target=_watch, args=[int(parent)], daemon=True, name="parent").start()


def _watch(parent: int) -> None:
    never = Event()
    while os.getppid() == parent:
        never.wait(1 / _LOOKS_EACH_SECOND)
    os.kill(os.getpid(), signal.SIGTERM)
    never.wait(_SECONDS_TO_END)
    os._exit(1)
