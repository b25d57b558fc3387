"""Makes a database ready for work: its shape, and the installation in it."""

from __future__ import annotations

import os
from typing import Final, Literal

from pleamar.actions.install import install
from pleamar.models import Installation
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.migrating import is_migrated, migrate

_STARTING: Final = Cause(actor="pleamar", means="first start")
# The seller of whoever has said no name; invoices and mails then show it.
UNNAMED: Final = "Your company"


def prepare(*, embedded: bool) -> None:
    """Bring an embedded database up to date and make it a sandbox if it is new; another one must be so already.

    Refuses `not_migrated` and `not_installed`, which say to run `pleamar migrate`.
    """
    if not is_migrated():
        if not embedded:
            raise Refused("not_migrated")
        migrate()
    if not Installation.objects.exists():
        if not embedded:
            raise Refused("not_installed")
        install_as("sandbox")


def install_as(mode: Literal["sandbox", "live"] | None) -> Installation:
    """The installation, made if there is none: a sandbox unless `mode` says otherwise.

    Its seller is `PLEAMAR_SELLER`, or a placeholder. Refuses `installation_mode_is_set` when it is of another mode.
    """
    existing = Installation.objects.first()
    if existing is not None and mode is None:
        return existing
    name = os.environ.get("PLEAMAR_SELLER") or UNNAMED
    return install(mode or "sandbox", seller=name, cause=_STARTING, now=clock()())
