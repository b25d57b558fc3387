"""The vendor's settings and a partner's terms, at the console."""

from __future__ import annotations

import base64

import pytest

from pleamar.queries.settings import current_settings
from tests.entrypoints.console import Console

PNG = b"\x89PNG\r\n\x1a\nthe rest of it"


def test_settings_are_listed_with_their_meaning_and_whether_they_are_as_shipped(console: Console) -> None:
    console.do("settings", "set", "trial_days", "30")
    rows = {row["name"]: row for row in console.rows("settings", "list")}
    assert rows["trial_days"] == {
        "name": "trial_days",
        "value": "30",
        "shipped": "false",
        "meaning": "how long a trial is free, in days",
    }
    assert (rows["warning_days"]["value"], rows["warning_days"]["shipped"]) == ("0, 7, 21", "true")
    assert len(rows) == 19


@pytest.mark.parametrize(
    ("name", "typed", "kept", "told"),
    [
        ("suspension", "automatic", "automatic", "staff → automatic"),
        ("warning_days", " 1, 14 ,3", (1, 3, 14), "0, 7, 21 → 1, 3, 14"),
        ("features", "Learn, Phish", ("Learn", "Phish"), "Training, Phishing, Breaches, Policies → Learn, Phish"),
        ("brand_name", "Marea Azul", "Marea Azul", "(none) → Marea Azul"),
        ("brand_name", "", "", "(none) → (none)"),
        ("staff_language", "es", "es", "en → es"),
    ],
)
def test_a_setting_is_set_as_it_is_typed(console: Console, name: str, typed: str, kept: object, told: str) -> None:
    assert console.do("settings", "set", name, typed) == f"{name}: {told}\n"
    assert getattr(current_settings(), name) == kept


def test_a_setting_goes_back_to_what_was_shipped(console: Console) -> None:
    console.do("settings", "set", "warning_days", "1")
    assert console.do("settings", "set", "warning_days", "--shipped") == "warning_days: 1 → 0, 7, 21\n"
    assert current_settings().warning_days == (0, 7, 21)
    assert "There is no setting" in console.refused("settings", "set", "dunning", "--shipped")
    for typed in (["--shipped", "30"], []):
        assert console.run("settings", "set", "trial_days", *typed).code == 2


def test_a_logo_is_a_file(console: Console) -> None:
    picture = console.folder / "logo.png"
    picture.write_bytes(PNG)
    console.do("settings", "set", "brand_logo", str(picture))
    assert base64.b64decode(current_settings().brand_logo) == PNG
    console.do("settings", "set", "brand_logo", "")
    assert current_settings().brand_logo == ""


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("trial_days", "two weeks", "whole number from 1 to 365"),
        ("trial_days", "-1", "whole number from 1 to 365"),
        ("trial_days", "9" * 30, "whole number from 1 to 365"),
        ("warning_days", "0,x", "whole numbers from 0 to 364"),
        ("warning_days", "40", "Keep one warning day"),
        ("suspension", "perhaps", "staff, automatic"),
        ("features", "a,,b", "printable characters"),
        ("features", "[]", "Give the names alone, with commas between them"),
        ("features", '["Learn"]', "Give the names alone, with commas between them"),
        ("staff_language", "fr", "en, es"),
        ("brand_name", "x" * 101, "“brand_name” is one line of at most 100 printable characters"),
        ("brand_accent", "red", "#0f766e"),
        ("brand_sender", "me", "me"),
        ("dunning", "1", "There is no setting “dunning”"),
    ],
)
def test_what_cannot_be_is_refused_and_said(console: Console, name: str, typed: str, told: str) -> None:
    assert told in console.refused("settings", "set", "--", name, typed)


def test_a_file_that_is_no_picture_or_is_not_there_is_refused(console: Console) -> None:
    text = console.folder / "logo.svg"
    text.write_text("<svg/>")
    assert "PNG or JPEG" in console.refused("settings", "set", "brand_logo", str(text))
    text.write_bytes(PNG + bytes(200_000))
    assert "100,000 bytes" in console.refused("settings", "set", "brand_logo", str(text))
    assert "missing.png" in console.refused("settings", "set", "brand_logo", str(console.folder / "missing.png"))


@pytest.fixture
def northwind(console: Console) -> Console:
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    console.do("account", "add", "Contoso", "--partner", "Northwind IT")
    people = console.folder / "people.csv"
    people.write_text("email\nana@contoso.example\nben@contoso.example\n")
    console.do("import-members", str(people), "--account", "Contoso", "--partner", "Northwind IT")
    return console


def test_m26_terms_are_shown_and_change_from_the_next_cycle_on(northwind: Console) -> None:
    shown = northwind.do("partner", "terms", "Northwind IT").splitlines()
    assert [line.partition(": ")[2] for line in shown] == ["USD, by the days of UTC."] * 2
    wanted = ["partner", "terms", "Northwind IT", "--currency", "EUR", "--timezone", "Europe/Lisbon"]
    before = northwind.run(*wanted)
    assert before.out.splitlines()[1:] == [
        "From 2026-02-15T00:00:00Z on: EUR, by the days of Europe/Lisbon.",
        "A cycle of the 2 seats of today: 4.80 USD → 4.40 EUR, net.",
    ]
    assert (before.code, "--yes" in before.err) == (1, True)
    assert northwind.do("partner", "terms", "Northwind IT").splitlines() == shown
    northwind.do(*wanted, "--yes")
    (row,) = northwind.rows("partner", "list")
    assert row["currency"] == "USD", "the running cycle keeps its own"
    assert "EUR, by the days of Europe/Lisbon" in northwind.do("partner", "terms", "Northwind IT")


def test_m26_terms_that_cannot_be_are_refused(northwind: Console) -> None:
    assert "euro" in northwind.refused("partner", "terms", "Northwind IT", "--currency", "euro")
    assert "Atlantis" in northwind.refused("partner", "terms", "Northwind IT", "--timezone", "Europe/Atlantis")
    northwind.do("partner", "close", "Northwind IT", "--yes")
    northwind.do("sandbox", "advance", "--days", "40")
    assert "closed" in northwind.refused("partner", "terms", "Northwind IT", "--currency", "EUR")
