"""Members, deny lists, and acts on accounts and partners, at the console (rules M15, M17 to M19, M22, M26)."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console, Said, everything

PEOPLE = "email,display_name\nana@contoso.example,Ana\nben@contoso.example,Ben\nroom-1@contoso.example,\n"
CONTOSO = ("--account", "Contoso", "--partner", "Northwind IT")
OF_NORTHWIND = ("--partner", "Northwind IT")
END = "2026-02-15T00:00:00Z"


@pytest.fixture
def contoso(console: Console) -> Console:
    """Northwind IT with Contoso, which has three active members, and with Fabrikam, which has none."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    for name in ("Contoso", "Fabrikam"):
        console.do("account", "add", name, *OF_NORTHWIND)
    console.do("import-members", console.file(PEOPLE), *CONTOSO)
    return console


def told(console: Console, *typed: str) -> str:
    """What an act says it would do when it was not told `--yes`; it leaves everything as it was."""
    before = everything()
    said: Said = console.run(*typed)
    assert said.code == 1
    assert said.err == "pleamar: Nothing was changed. Say --yes to do what is described above.\n"
    assert everything() == before
    return said.out


def states(console: Console) -> dict[str, str]:
    return {row["email"]: row["state"] for row in console.rows("member", "list", *CONTOSO)}


def test_m15_members_are_listed_with_their_state_and_its_reason(contoso: Console) -> None:
    contoso.do("member", "deactivate", " BEN@contoso.example", *CONTOSO, "--reason", "on leave")
    ana, ben, _ = contoso.rows("member", "list", *CONTOSO)
    assert (ana["email"], ana["name"], ana["state"], ana["means"]) == (
        *("ana@contoso.example", "Ana", "active"),
        "import-members",
    )
    assert ana["id"].startswith("mem_")
    assert (ben["state"], ben["means"], ben["reason"], ben["deny_list"]) == (
        *("inactive", "member deactivate", "on leave"),
        "false",
    )
    for typed, found in (("--inactive", 1), ("--active", 2), ("--denied", 0), ("--search=room", 1), ("--domain=x", 0)):
        assert len(contoso.rows("member", "list", *CONTOSO, typed)) == found
    assert "on leave" in contoso.do("member", "list", *CONTOSO)


def test_m17_a_member_made_inactive_leaves_the_peak_and_one_made_active_says_its_price(contoso: Console) -> None:
    assert contoso.do("member", "deactivate", "ana@contoso.example", *CONTOSO) == (
        "Contoso: 0 made active, 1 made inactive. Northwind IT: 3 → 2 seats, peak 3.\n"
    )
    asked = ("member", "activate", "ana@contoso.example", "new@contoso.example", *CONTOSO, "--add")
    assert told(contoso, *asked) == (
        "Northwind IT: 2 → 4 seats.\n"
        f"This cycle, until {END}: peak 3 → 4, 7.20 USD → 9.60 USD, net.\n"
        f"The next cycle, from {END}: 4.80 USD → 9.60 USD, net, if nothing else changes.\n"
    )
    assert contoso.do(*asked, "--yes").endswith(
        "Contoso: 2 made active, 0 made inactive. Northwind IT: 2 → 4 seats, peak 4.\n"
    )
    assert "0 made active" in contoso.do(*asked)


def test_m18_many_are_meant_by_a_filter_and_their_number_is_confirmed(contoso: Console) -> None:
    everybody = ("member", "deactivate", *CONTOSO, "--everybody")
    assert "users meant is 3" in contoso.refused(*everybody)
    assert "is 3 by now, but 2 was confirmed" in contoso.refused(*everybody, "--confirm", "2")
    assert "3 made inactive" in contoso.do(*everybody, "--confirm", "3")
    back = ("member", "activate", *CONTOSO, "--search", "ROOM")
    assert "users meant is 1" in contoso.refused(*back)
    assert "peak of 3 stays" in told(contoso, *back, "--confirm", "1")
    assert "1 made active" in contoso.do(*back, "--confirm", "1", "--yes")
    for typed in ((), ("ana@contoso.example", "--everybody")):
        assert "not clear which users" in contoso.refused("member", "deactivate", *typed, *CONTOSO)


def test_m26_a_deleted_member_leaves_the_list_and_keeps_its_history(contoso: Console) -> None:
    assert "3 → 2 seats" in contoso.do("member", "delete", "ana@contoso.example", *CONTOSO, "--reason", "left")
    assert "ana@contoso.example" not in states(contoso)
    assert "no user “ana@contoso.example”" in contoso.refused("member", "activate", "ana@contoso.example", *CONTOSO)
    first, last = contoso.rows("member", "history", "ANA@contoso.example", *CONTOSO)
    assert (first["state"], first["counted"], first["means"]) == ("active", "true", "import-members")
    assert (last["state"], last["means"], last["reason"]) == ("inactive", "member delete", "left")
    shown = contoso.do("member", "history", "ana@contoso.example", *CONTOSO)
    assert shown.startswith("ana@contoso.example (Ana): inactive, deleted 2026-01-15T09:0")


def test_m18_a_filter_that_means_nobody_or_two_things_is_refused(contoso: Console) -> None:
    off = ("member", "deactivate", *CONTOSO)
    assert "No user is meant" in contoso.refused(*off, "--search", "zebra")
    assert "not clear which users" in contoso.refused(*off, "--everybody", "--search", "ana")


def test_m06_members_move_without_changing_the_count(contoso: Console) -> None:
    move = ("member", "move", "ana@contoso.example", *CONTOSO)
    assert "already" in contoso.refused(*move, "--to", "Contoso")
    assert contoso.do(*move, "--to", "Fabrikam") == (
        "1 member moved from Contoso to Fabrikam. Northwind IT: 3 → 3 seats, peak 3.\n"
    )
    contoso.do("account", "add", "Trying", *OF_NORTHWIND, "--trial")
    contoso.do("member", "activate", "eve@x.example", "--account", "Trying", *OF_NORTHWIND, "--add", "--yes")
    out = ("member", "move", "eve@x.example", "--account", "Trying", *OF_NORTHWIND, "--to", "Contoso")
    assert "peak 3 → 4" in told(contoso, *out)
    assert "3 → 4 seats" in contoso.do(*out, "--yes")
    back = ("member", "move", "eve@x.example", *CONTOSO, "--to", "Trying")
    assert "4 → 3 seats" in told(contoso, *back), "out of the count is no small thing either"


def test_m19_a_deny_list_is_kept_at_the_console(contoso: Console) -> None:
    add = ("deny", "add", "room-*@contoso.example", "nobody@x.example", *CONTOSO, "--reason", "rooms")
    assert told(contoso, *add) == (
        "would be on the list: nobody@x.example\n"
        "would be on the list: room-*@contoso.example\n"
        "would be inactive at once: room-1@contoso.example\n"
        "Northwind IT: 3 → 2 seats.\n"
        f"This cycle, until {END}: its peak of 3 stays, 7.20 USD, net.\n"
        f"The next cycle, from {END}: 7.20 USD → 4.80 USD, net, if nothing else changes.\n"
    )
    assert contoso.do(*add, "--yes").endswith("Done.\n")
    assert contoso.do(*add) == "as before: nobody@x.example\nas before: room-*@contoso.example\n"
    first, second = contoso.rows("deny", "list", *CONTOSO)
    assert (first["pattern"], second["pattern"], second["reason"]) == (
        *("nobody@x.example", "room-*@contoso.example"),
        "rooms",
    )
    assert states(contoso)["room-1@contoso.example"] == "inactive"
    assert "neither an e-mail address" in contoso.refused("deny", "add", "x.example", *CONTOSO)
    assert "everybody out" in contoso.refused("deny", "add", "*@*", *CONTOSO)
    assert "nothing to put" in contoso.refused("deny", "add", *CONTOSO)
    taken = contoso.do("deny", "add", "imp-?@contoso.example", *CONTOSO)
    assert taken.endswith("only * is special, the rest is taken as it is: imp-?@contoso.example\n")


def test_m19_an_import_reports_who_is_on_the_deny_list(contoso: Console) -> None:
    contoso.do("deny", "add", "new@contoso.example", *CONTOSO)
    people = contoso.file(PEOPLE + "new@contoso.example,New\n")
    assert contoso.do("import-members", people, *CONTOSO) == (
        "Contoso: 0 made active, 0 made inactive, 3 already so. Northwind IT: 3 → 3 seats, peak 3.\n"
        "not made active, on the deny list: new@contoso.example\n"
    )


def test_m19_a_deny_list_is_replaced_by_a_file_and_entries_are_removed(contoso: Console) -> None:
    contoso.do("deny", "add", "--file", contoso.file("pattern\nold@x.example\nkept@x.example\n"), *CONTOSO)
    new = contoso.file("email;reason\nkept@x.example;\nnew@x.example;left\n")
    assert told(contoso, "deny", "replace", new, *CONTOSO).startswith(
        "would be on the list: new@x.example\nwould be off the list: old@x.example\nas before: kept@x.example\n"
        "Northwind IT: 3 seats, as before. No bill changes by it.\n"
    )
    contoso.do("deny", "replace", new, *CONTOSO, "--yes")
    assert [(row["pattern"], row["reason"]) for row in contoso.rows("deny", "list", *CONTOSO)] == [
        ("kept@x.example", ""),
        ("new@x.example", "left"),
    ]
    assert contoso.do("deny", "remove", "kept@x.example", "gone@x.example", *CONTOSO) == (
        "off the list: kept@x.example\nas before: gone@x.example\n"
    )
    wrong = contoso.file("email\nok@x.example\n*@*\n")
    assert "line 3" in contoso.refused("deny", "replace", wrong, *CONTOSO)


def test_m22_a_suspension_says_that_it_is_billed_all_the_same(contoso: Console) -> None:
    suspend = ("account", "suspend", "Contoso", *OF_NORTHWIND, "--reason", "they ask")
    assert told(contoso, *suspend) == (
        "Contoso: sign-in blocked, still billed (3 active members).\n"
        "Northwind IT: 3 seats, as before. No bill changes by it.\n"
        f"This cycle, until {END}: 7.20 USD, net.\n"
    )
    assert contoso.do(*suspend, "--yes").endswith("Contoso is suspended. Reason: they ask\n")
    assert contoso.run("account", "suspend", "Contoso", *OF_NORTHWIND, "--yes").code == 2
    for _ in range(2):
        assert "may sign in" in contoso.do("account", "restore", "Contoso", *OF_NORTHWIND)


def test_m22_billing_is_stopped_and_resumed_with_its_price(contoso: Console) -> None:
    contoso.do("member", "deactivate", "ben@contoso.example", *CONTOSO)
    stop = ("account", "stop-billing", "Contoso", *OF_NORTHWIND)
    assert told(contoso, *stop) == (
        "Contoso: everybody inactive until billing is resumed (2 members).\n"
        "Northwind IT: 2 → 0 seats.\n"
        f"This cycle, until {END}: its peak of 3 stays, 7.20 USD, net.\n"
        f"The next cycle, from {END}: 4.80 USD → 0.00 USD, net, if nothing else changes.\n"
    )
    assert "2 made inactive" in contoso.do(*stop, "--yes")
    assert "was stopped" in contoso.refused("import-members", contoso.file(PEOPLE), *CONTOSO)
    contoso.do("member", "delete", "ana@contoso.example", *CONTOSO)
    resume = ("account", "resume-billing", "Contoso", *OF_NORTHWIND)
    assert told(contoso, *resume).startswith(
        "Contoso: 1 member active again.\nnot made active, no longer in the account: ana@contoso.example\n"
        "Northwind IT: 0 → 1 seat.\n"
    )
    assert contoso.do(*resume, "--yes").endswith(
        "Contoso: 1 made active, 0 made inactive. Northwind IT: 0 → 1 seat, peak 3.\n"
        "not made active, no longer in the account: ana@contoso.example\n"
    )
    assert states(contoso) == {"ben@contoso.example": "inactive", "room-1@contoso.example": "active"}


def test_m22_who_is_made_inactive_while_billing_is_stopped_is_named_before_it_is_resumed(contoso: Console) -> None:
    contoso.do("account", "stop-billing", "Contoso", *OF_NORTHWIND, "--yes")
    assert contoso.do("member", "deactivate", "ana@contoso.example", *CONTOSO).endswith(
        "stays inactive when billing is resumed: ana@contoso.example\n"
    )
    resume = ("account", "resume-billing", "Contoso", *OF_NORTHWIND)
    left_out = "not made active, made inactive since billing was stopped: ana@contoso.example\n"
    assert told(contoso, *resume).startswith(f"Contoso: 2 members active again.\n{left_out}")
    assert contoso.do(*resume, "--yes").endswith(left_out)
    assert states(contoso)["ana@contoso.example"] == "inactive"


@pytest.mark.parametrize(("kind", "limit"), [("--trial", ()), ("--internal", ("--limit", "5"))])
def test_m22_a_suspension_of_what_is_free_does_not_say_that_it_is_billed(
    contoso: Console, kind: str, limit: tuple[str, ...]
) -> None:
    contoso.do("account", "add", "Free", *OF_NORTHWIND, kind, *limit)
    suspend = ("account", "suspend", "Free", *OF_NORTHWIND, "--reason", "they ask")
    assert told(contoso, *suspend).startswith("Free: sign-in blocked, not billed, as before (0 active members).\n")


def test_m19_an_empty_file_for_an_empty_list_says_that_nothing_changes(contoso: Console) -> None:
    assert contoso.do("deny", "replace", contoso.file("email\n"), *CONTOSO) == (
        "Nothing changes: the list has no entries, as before.\n"
    )


def test_m20_who_is_denied_in_a_trial_that_is_to_go_live_lowers_the_next_cycle(contoso: Console) -> None:
    contoso.do("account", "add", "Trying", *OF_NORTHWIND, "--trial")
    trying = ("--account", "Trying", *OF_NORTHWIND)
    contoso.do("import-members", contoso.file("email\nzoe@trying.example\n"), *trying)
    schedule = ("account", "activate", "Trying", *OF_NORTHWIND, "--next-cycle")
    shown = contoso.run(*schedule).out.splitlines()[-1].removeprefix("Preview ")
    contoso.do(*schedule, "--preview", shown)
    said = told(contoso, "deny", "add", "*@trying.example", *trying, "--reason", "rivals")
    assert said.endswith(
        "Northwind IT: 3 seats, as before.\n"
        f"This cycle, until {END}: its peak of 3 stays, 7.20 USD, net.\n"
        f"The next cycle, from {END}: 9.60 USD → 7.20 USD, net, if nothing else changes.\n"
    )


def test_m26_an_account_is_closed_and_reopened_with_its_price(contoso: Console) -> None:
    close = ("account", "close", "Contoso", *OF_NORTHWIND)
    assert told(contoso, *close).startswith(
        "Contoso: closed now (3 active members); all stay as they are.\nNorthwind IT: 3 → 0 seats.\n"
    )
    assert contoso.do(*close, "--yes").endswith("Contoso is closed.\n")
    assert "is closed" in contoso.refused("account", "suspend", "Contoso", *OF_NORTHWIND, "--reason", "why", "--yes")
    reopen = ("account", "reopen", "Contoso", *OF_NORTHWIND)
    assert told(contoso, *reopen).startswith("Contoso: 3 active members counted again, for the whole cycle.\n")
    assert contoso.do(*reopen, "--yes").endswith("Contoso is open. Northwind IT: 0 → 3 seats, peak 3.\n")
    assert contoso.do(*reopen) == "Contoso is open. Northwind IT: 3 → 3 seats, peak 3.\n"


def test_m26_a_partner_is_closed_with_its_last_bill(contoso: Console) -> None:
    close = ("partner", "close", "Northwind IT")
    assert told(contoso, *close) == (
        "Northwind IT: closed now, with 2 open accounts. Its running cycle is the last.\n"
        "Northwind IT: 3 → 0 seats.\n"
        f"This cycle, until {END}: its peak of 3 stays, 7.20 USD, net.\n"
        f"The next cycle, from {END}: 7.20 USD → 0.00 USD, net, if nothing else changes.\n"
    )
    assert contoso.do(*close, "--yes").endswith("Northwind IT is closed.\n")
    assert {row["state"] for row in contoso.rows("account", "list")} == {"closed"}
    assert "No bill changes by it." in told(contoso, *close)
