"""Makes partners whose first cycle has ended, in the home that the environment names.

`python -m tests.billing_run.build 1000`. Each has seats, a log that adds up, and a card of the sandbox that pays.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import django


def main() -> None:
    """The argument says how many."""
    from pleamar.wiring.database import ensure_database, ensure_secret_key

    ensure_secret_key(os.environ)
    ensure_database(os.environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pleamar.config.settings"
    django.setup()
    _build(int(sys.argv[1]))


def _build(count: int) -> None:
    from bench.due_partners import DUE, open_due_partners
    from pleamar.actions.install import install
    from pleamar.models import Card, SandboxCard
    from pleamar.wiring.clock import move_clock_to
    from pleamar.wiring.migrating import migrate
    from tests.fakes.people import TESTER

    migrate()
    install("sandbox", seller="Meridian Software", cause=TESTER, now=datetime(2024, 1, 1, tzinfo=UTC))
    open_due_partners(count)
    cards = Card.unscoped.values_list("provider_reference", "provider_customer")
    SandboxCard.objects.bulk_create(
        SandboxCard(reference=reference, customer=customer, behaviour="succeeds") for reference, customer in cards
    )
    move_clock_to(DUE)


if __name__ == "__main__":
    main()
