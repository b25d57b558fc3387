"""Let somebody administer a partner's account no longer: they are signed out everywhere, and cannot sign in again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.end_access import end_access
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import AccountAdministrator
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def remove_administrator(partner_id: int, administrator_id: int, *, cause: Cause, now: datetime) -> str:
    """The address of who was removed; an account may be left without any. Refuses `person_unknown`."""
    with transaction.atomic():
        lock_meter(partner_id)
        found = AccountAdministrator.unscoped.select_related("user", "account")
        administrator = found.filter(partner_id=partner_id, pk=administrator_id).first()
        if administrator is None:
            raise Refused("person_unknown")
        told = {"email": administrator.user.email, "account": administrator.account.public_id}
        record_act("remove administrator", administrator.public_id, cause=cause, at=now, partner_id=partner_id, **told)
        administrator.delete()
        end_access(administrator.user)
        return administrator.user.email
