"""What a vendor may set, and what not."""

from __future__ import annotations

import base64

import pytest

from pleamar.rules.refusals import Refused
from pleamar.rules.settings import KINDS, LARGEST_PICTURE, Settings, settings_of, told, with_setting

SHIPPED = Settings()
PNG = b"\x89PNG\r\n\x1a\n"


def _picture(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("trial_days", 1, 1),
        ("trial_days", 365, 365),
        ("trial_notice_days", [1, 3, 3, 10], (10, 3, 1)),
        ("warning_days", (21, 0), (0, 21)),
        ("suspension_days", 22, 22),
        ("suspension", "automatic", "automatic"),
        ("features", ["Learn", "Phish", "Learn"], ("Learn", "Phish")),
        ("brand_name", "", ""),
        ("brand_name", "Marea Azul", "Marea Azul"),
        ("brand_accent", "#AABBCC", "#aabbcc"),
        ("brand_sender", " Billing@Example.com ", "billing@example.com"),
        ("brand_logo", "", ""),
        ("brand_logo", _picture(PNG), _picture(PNG)),
    ],
)
def test_a_setting_inside_its_bounds_is_taken(name: str, value: object, kept: object) -> None:
    assert told(with_setting(SHIPPED, name, value))[name] == kept


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("trial_weeks", 2, "setting_unknown"),
        ("trial_days", 0, "setting_not_a_number"),
        ("trial_days", 366, "setting_not_a_number"),
        ("trial_days", "14", "setting_not_a_number"),
        ("trial_days", True, "setting_not_a_number"),
        ("trial_notice_days", [], "setting_not_numbers"),
        ("trial_notice_days", [1, 2, 3, 4, 5, 6], "setting_not_numbers"),
        ("trial_notice_days", [0], "setting_not_numbers"),
        ("trial_notice_days", 7, "setting_not_numbers"),
        ("warning_days", [30], "setting_warnings_late"),
        ("suspension_days", 21, "setting_warnings_late"),
        ("suspension", "never", "setting_not_a_choice"),
        ("features", [], "setting_not_words"),
        ("features", ["Learn", ""], "setting_not_words"),
        ("features", "Learn", "setting_not_words"),
        ("features", ["Learn", "[]"], "setting_not_names"),
        ("features", ["{Learn"], "setting_not_names"),
        ("features", ['"Learn"'], "setting_not_names"),
        ("staff_language", "fr", "setting_not_a_choice"),
        ("brand_name", "two\nlines", "setting_not_a_text"),
        ("brand_name", "x" * 101, "setting_not_a_text"),
        ("brand_name", 7, "setting_not_a_text"),
        ("brand_accent", "teal", "setting_not_a_colour"),
        ("brand_accent", "#12345", "setting_not_a_colour"),
        ("brand_sender", "nobody", "email_invalid"),
        ("brand_logo", "@@@", "setting_not_a_picture"),
        ("brand_logo", _picture(b"<svg>"), "setting_not_a_picture"),
        ("brand_logo", _picture(PNG + bytes(LARGEST_PICTURE)), "setting_not_a_picture"),
    ],
)
def test_a_setting_out_of_its_bounds_is_refused(name: str, value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        with_setting(SHIPPED, name, value)
    assert refused.value.code == code


def test_every_setting_has_its_bounds_and_its_shipped_value_is_inside_them() -> None:
    assert set(KINDS) == set(told(SHIPPED))
    for name, value in told(SHIPPED).items():
        assert with_setting(SHIPPED, name, value) == SHIPPED


def test_what_was_kept_is_read_back_and_a_name_of_old_is_passed_over() -> None:
    kept = settings_of({"warning_days": [1, 40], "suspension_days": 60, "some_setting_of_old": 1})
    assert (kept.warning_days, kept.suspension_days, kept.trial_days) == ((1, 40), 60, 14)
