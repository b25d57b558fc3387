"""The proof that no transaction is open before money can move."""

from __future__ import annotations

from django.db import transaction


def refuse_open_transaction() -> None:
    """Raises RuntimeError inside a transaction: what could still be rolled back here must not be done out there."""
    with transaction.atomic(durable=True):
        pass
