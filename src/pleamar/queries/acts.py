"""What the audit trail says."""

from __future__ import annotations

from pleamar.models import AuditEvent
from pleamar.queries.scopes import Scope


def was_done(scope: Scope, act: str) -> bool:
    """Whether anybody ever did `act`."""
    return scope.rows(AuditEvent).filter(act=act).exists()
