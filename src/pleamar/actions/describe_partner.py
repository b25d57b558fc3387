"""Say where a partner's mail goes, in which language, and who at the vendor's looks after it (rule M24)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Partner
from pleamar.rules.causes import Cause
from pleamar.rules.languages import checked_language
from pleamar.rules.names import checked_name
from pleamar.rules.seats import checked_email

_DESCRIBED = ["email", "language", "manager_name", "manager_contact"]


def describe_partner(
    partner_id: int,
    *,
    cause: Cause,
    now: datetime,
    email: str | None = None,
    language: str | None = None,
    manager_name: str | None = None,
    manager_contact: str | None = None,
) -> Partner:
    """The partner with what is given changed; None leaves a thing as it is, an empty text takes it away.

    A language cannot be taken away. Refuses `email_invalid`, `language_unknown` and `name_invalid`.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        partner = Partner.unscoped.get(pk=partner_id)
        before = _facts(partner)
        if email is not None:
            partner.email = checked_email(email) if email else ""
        if language is not None:
            partner.language = checked_language(language)
        if manager_name is not None:
            partner.manager_name = checked_name(manager_name) if manager_name else ""
        if manager_contact is not None:
            partner.manager_contact = checked_name(manager_contact) if manager_contact else ""
        after = _facts(partner)
        if after != before:
            partner.save(update_fields=_DESCRIBED)
            facts = {"before": before, "after": after}
            record_act("describe partner", partner.public_id, cause=cause, at=now, partner_id=partner_id, **facts)
        return partner


def _facts(partner: Partner) -> dict[str, str]:
    return {name: getattr(partner, name) for name in _DESCRIBED}
