"""Partners, accounts, members and cards, as somebody at the console adds and lists them."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console

CARD = "4242424242424242"
PEOPLE = "email,name\nana@contoso.example,Ana\nBEN@contoso.example,Ben\n"


@pytest.fixture
def northwind(console: Console) -> Console:
    console.do("partner", "add", "Northwind IT", "--currency", "usd", "--email", " Bills@Northwind.example")
    console.do("account", "add", "Contoso", "--partner", "Northwind IT")
    return console


def test_a_partner_is_added_and_listed(console: Console) -> None:
    told = console.do("partner", "add", "Marea", "--currency", "EUR", "--timezone", "Europe/Madrid")
    assert told.endswith(" Marea: cycle day 15, Europe/Madrid\n")
    (row,) = console.rows("partner", "list")
    assert row.pop("id").startswith("par_")
    assert row == {
        "name": "Marea",
        "currency": "EUR",
        "timezone": "Europe/Madrid",
        "cycle_start": row["cycle_start"],
        "cycle_end": "2026-02-14T23:00:00Z",
        "seats": "0",
        "peak": "0",
        "card": "none",
        "outstanding": "0.00 EUR",
        "shadow": "false",
    }


@pytest.mark.parametrize("name", ["🌊 Marée & Söhne", "0", "-", "Robert'); DROP TABLE partner;--", "%s %(x)s {0}", "א"])
def test_unusual_names_are_names_all_the_same(console: Console, name: str) -> None:
    console.do("partner", "add", "--currency", "EUR", "--", name)
    console.do("account", "add", f"--partner={name}", "--", name)
    assert [row["name"] for row in console.rows("account", "list", f"--partner={name}")] == [name]
    assert console.rows("statements", f"--partner={name}") == []


def test_help_after_two_hyphens_is_a_name(console: Console) -> None:
    console.do("partner", "add", "--currency", "EUR", "--", "--help")
    assert [row["name"] for row in console.rows("partner", "list")] == ["--help"]


def test_a_partner_twice_is_refused_whatever_the_capitals(northwind: Console) -> None:
    for name in ("Northwind IT", "NORTHWIND it"):
        assert "already a partner" in northwind.refused("partner", "add", name, "--currency", "USD")


def test_an_account_twice_is_refused(northwind: Console) -> None:
    said = northwind.refused("account", "add", "Contoso", "--partner", "Northwind IT", "--trial")
    assert said.startswith("There is already a customer called “Contoso”.")


def test_members_are_previewed_and_then_imported(northwind: Console) -> None:
    asked = ("import-members", northwind.file(PEOPLE), "--account", "Contoso", "--partner", "Northwind IT")
    preview = northwind.do(*asked, "--preview")
    assert preview == (
        "Preview, nothing was changed: Contoso: 2 made active, 0 made inactive, 0 already so. "
        "Northwind IT: 0 → 2 seats, peak 2.\n"
    )
    assert northwind.rows("account", "list")[0]["active_members"] == "0"
    assert northwind.do(*asked) == preview.removeprefix("Preview, nothing was changed: ")
    assert "0 made active, 0 made inactive, 2 already so" in northwind.do(*asked)
    (row,) = northwind.rows("account", "list")
    assert (row["state"], row["model"], row["active_members"], row["seats"]) == ("live", "monthly", "2", "2")


def test_a_full_list_that_takes_everybody_away_wants_to_be_confirmed(northwind: Console) -> None:
    asked = ("import-members", "--account", "Contoso", "--partner", "Northwind IT")
    northwind.do(*asked, northwind.file(PEOPLE))
    other = northwind.file("email\nnew@contoso.example\n", "other.csv")
    assert "2 of 2" in northwind.refused(*asked, other, "--full-list")
    assert "2 of 2" in northwind.refused(*asked, other, "--full-list", "--confirm-removals", "9" * 20)
    assert "1 made active, 2 made inactive" in northwind.do(*asked, other, "--full-list", "--confirm-removals", "2")


def test_a_trial_is_not_counted(northwind: Console) -> None:
    northwind.do("account", "add", "Fabrikam", "--partner", "Northwind IT", "--trial")
    told = northwind.do(
        *("import-members", northwind.file(PEOPLE), "--account", "Fabrikam", "--partner", "Northwind IT")
    )
    assert "2 made active" in told
    assert "0 → 0 seats" in told


def test_a_file_whose_name_is_no_text_is_imported_all_the_same(northwind: Console) -> None:
    path = northwind.file(PEOPLE, "people\udcff.csv")
    told = northwind.do("import-members", path, "--account", "Contoso", "--partner", "Northwind IT")
    assert "2 made active" in told


def test_a_card_is_put_on_file(northwind: Console) -> None:
    assert northwind.do("card", "add", "--partner", "Northwind IT", "--number", CARD) == (
        "Northwind IT pays with Visa ···· 4242.\n"
    )
    assert northwind.rows("partner", "list")[0]["card"] == "Visa 4242"
    for number in ("", "12", "4242 4242 4242 4243", "x" * 10_000, "٤٢٤٢"):
        assert "test cards" in northwind.refused("card", "add", "--partner", "Northwind IT", "--number", number)
