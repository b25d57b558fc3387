"""Change one of the vendor's settings, for the whole installation and from now on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from pleamar.actions.record_act import record_act
from pleamar.models import Setting
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from pleamar.rules.settings import Settings, SettingValue, told, with_setting

_LONGEST_TOLD = 200


def change_setting(name: str, value: object, *, cause: Cause, now: datetime) -> Settings:
    """All settings, with `name` changed; the same value again changes nothing. Refuses as `with_setting` does."""
    with transaction.atomic():
        with connection.cursor() as cursor:  # so that two changes cannot each pass a check that both together fail
            cursor.execute("LOCK TABLE setting IN SHARE ROW EXCLUSIVE MODE")
        before = current_settings()
        after = with_setting(before, name, value)
        if after != before:
            Setting.objects.update_or_create(name=name, defaults={"value": told(after)[name], "changed_at": now})
            facts: dict[str, Any] = {"before": _told(told(before)[name]), "after": _told(told(after)[name])}
            record_act("change setting", name, cause=cause, at=now, **facts)
        return after


def _told(value: SettingValue) -> str:
    """As the audit trail shows it; a picture's content is no use there."""
    text = str(value) if isinstance(value, int | str) else ", ".join(map(str, value))
    return text if len(text) <= _LONGEST_TOLD else f"{len(text):,} characters"
