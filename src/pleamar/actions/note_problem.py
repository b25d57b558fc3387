"""Note on a charge what a person has to look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pleamar.actions.record_act import record_act
from pleamar.models import Charge
from pleamar.rules.causes import Cause

_COLLECTING: Final = Cause(actor="pleamar", means="collect")


def note_problem(charge: Charge, problem: str, *, now: datetime, **facts: Any) -> None:
    """Add `problem`, one line, to those of the charge, with an act in the audit trail; one that stands there is enough.

    The caller has locked the charge. `facts` are plain JSON values for the audit trail.
    """
    if problem in charge.problem.splitlines():
        return
    charge.problem = f"{charge.problem}\n{problem}" if charge.problem else problem
    charge.save(update_fields=["problem"])
    record_act(
        "note problem",
        charge.public_id,
        cause=_COLLECTING,
        at=now,
        partner_id=charge.partner_id,
        problem=problem,
        **facts,
    )
