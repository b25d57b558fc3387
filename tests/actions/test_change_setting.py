"""Settings are changed one at a time, once, and with a trace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.actions.change_setting import change_setting
from pleamar.models import AuditEvent, Setting
from pleamar.queries.settings import current_settings
from pleamar.rules.refusals import Refused
from pleamar.rules.settings import Settings
from tests.fakes.people import TESTER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_a_fresh_installation_is_set_as_shipped() -> None:
    assert current_settings() == Settings()


def test_a_change_holds_from_now_on_and_is_audited_once() -> None:
    for _ in range(2):
        change_setting("trial_notice_days", [10, 2], cause=TESTER, now=NOW)
    assert current_settings() == Settings(trial_notice_days=(10, 2))
    event = AuditEvent.unscoped.get(act="change setting")
    assert (event.subject, event.facts["before"], event.facts["after"]) == ("trial_notice_days", "7, 1", "10, 2")


def test_m14_two_settings_that_each_fit_are_refused_where_they_do_not_fit_each_other() -> None:
    change_setting("warning_days", [0], cause=TESTER, now=NOW)
    change_setting("suspension_days", 10, cause=TESTER, now=NOW)
    with pytest.raises(Refused, match="setting_warnings_late"):
        change_setting("warning_days", [0, 12], cause=TESTER, now=NOW)
    assert current_settings() == Settings(warning_days=(0,), suspension_days=10)
    assert Setting.objects.count() == 2
