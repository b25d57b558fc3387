"""Trials, limits and access, as somebody at the console sees to them (rules E1, M20, M21, M26)."""

from __future__ import annotations

import pytest

from pleamar.actions.activate_due_trials import activate_due_trials
from pleamar.wiring.clock import clock
from tests.entrypoints.console import Console, everything

NORTHWIND = ("--partner", "Northwind IT")
CONTOSO_PEOPLE = "email\n" + "".join(f"user{number}@contoso.example\n" for number in range(1, 4))
FABRIKAM_PEOPLE = "email\nana@fabrikam.example\nben@fabrikam.example\n"


@pytest.fixture
def northwind(console: Console) -> Console:
    """Contoso is live with three users; Fabrikam is a trial with two. It is 15 January."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    console.do("account", "add", "Contoso", *NORTHWIND)
    console.do("import-members", console.file(CONTOSO_PEOPLE), "--account", "Contoso", *NORTHWIND)
    console.do("account", "add", "Fabrikam", *NORTHWIND, "--trial")
    console.do("import-members", console.file(FABRIKAM_PEOPLE), "--account", "Fabrikam", *NORTHWIND)
    return console


def listed(console: Console, name: str) -> dict[str, str]:
    (row,) = [row for row in console.rows("account", "list", *NORTHWIND) if row["name"] == name]
    return row


def previewed(console: Console, *typed: str) -> list[str]:
    """What is said without `--preview`, when nothing may have changed."""
    before = everything()
    said = console.run("account", "activate", *typed, *NORTHWIND)
    assert said.code == 1
    told = said.out.splitlines()
    assert said.err.startswith("pleamar: Nothing was changed. To do what is described above, repeat the command with")
    assert f"--preview {named(told)}" in said.err
    assert everything() == before
    return told


def named(told: list[str]) -> str:
    """The id under which something was shown."""
    name = told[-1].removeprefix("Preview ")
    assert len(name) == 20
    return name


def test_m20_a_trial_is_added_with_the_usual_terms_or_its_own(console: Console) -> None:
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    told = console.do("account", "add", "Usual", *NORTHWIND, "--trial")
    assert " Usual: trial until 2026-01-29T09:00:0" in told
    console.do(
        "account", "add", "Own", *NORTHWIND, "--trial", "--trial-days", "3", "--trial-limit", "5", "--limit", "9"
    )
    row = listed(console, "Own")
    assert (row["state"], row["limit"], row["trial_ends_at"][:10]) == ("trial", "5", "2026-01-18")
    assert "are given, but the customer is to be live" in console.refused(
        *("account", "add", "Live", *NORTHWIND, "--trial-days", "3")
    )
    assert console.run("account", "add", "Both", *NORTHWIND, "--trial", "--internal", "--limit", "3").code == 2


def test_m26_the_internal_account_is_added_with_its_limit(console: Console) -> None:
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    assert "none is given" in console.refused("account", "add", "Own staff", *NORTHWIND, "--internal")
    console.do("account", "add", "Own staff", *NORTHWIND, "--internal", "--limit", "5")
    row = listed(console, "Own staff")
    assert (row["internal"], row["limit"], row["trial_ends_at"]) == ("true", "5", "")
    console.do("account", "limit", "Own staff", "8", *NORTHWIND)
    assert listed(console, "Own staff")["limit"] == "8"


def test_m20_activating_says_first_what_it_costs(northwind: Console) -> None:
    told = previewed(northwind, "Fabrikam")
    assert told[0] == "Fabrikam would go live now: 2 seats more."
    assert told[1].startswith("Northwind IT, cycle 2026-01-15T09:00:0")
    assert told[1].endswith(" to 2026-02-15T00:00:00Z (31 days left): 3 → 5 seats, peak 3 → 5.")
    assert told[2] == "Without it the cycle costs 7.20 USD (3 × 2.40); with it 12.00 USD (5 × 2.40); net."
    assert told[3].endswith(" cannot be lowered any more before 2026-02-15T00:00:00Z.")
    assert told[4].startswith("Preview ")


def test_m20_activating_what_was_shown_does_what_was_said(northwind: Console) -> None:
    shown = named(previewed(northwind, "Fabrikam"))
    told = northwind.do("account", "activate", "Fabrikam", *NORTHWIND, "--preview", shown).splitlines()
    assert told == ["Fabrikam is live.", "Northwind IT: 3 → 5 seats, peak 5."]
    row = listed(northwind, "Fabrikam")
    assert (row["state"], row["seats"], row["limit"], row["trial_ends_at"]) == ("live", "2", "", "")
    for again in ((), ("--preview", shown)):
        assert northwind.do("account", "activate", "Fabrikam", *NORTHWIND, *again) == (
            "Fabrikam is live already: nothing was changed.\n"
        )


def test_m20_nothing_is_activated_that_was_not_shown(northwind: Console) -> None:
    assert northwind.run("account", "activate", "Fabrikam", *NORTHWIND, "--yes").code == 2
    for made_up in ("", "0" * 20):
        said = northwind.refused("account", "activate", "Fabrikam", *NORTHWIND, "--preview", made_up)
        assert "has changed since it was shown" in said
    shown = named(previewed(northwind, "Fabrikam"))
    later = northwind.refused("account", "activate", "Fabrikam", *NORTHWIND, "--next-cycle", "--preview", shown)
    assert "has changed since it was shown" in later


def test_m20_what_was_shown_under_an_id_is_done_only_while_it_holds(northwind: Console) -> None:
    shown = named(previewed(northwind, "Fabrikam"))
    northwind.do("import-members", northwind.file("email\nx@x.example\n"), "--account", "Contoso", *NORTHWIND)
    asked = ("account", "activate", "Fabrikam", *NORTHWIND, "--preview")
    assert "has changed since it was shown" in northwind.refused(*asked, shown)
    assert listed(northwind, "Fabrikam")["state"] == "trial"
    northwind.do(*asked, named(previewed(northwind, "Fabrikam")))


def test_m20_several_are_activated_together_with_the_next_cycle_and_one_is_called_off(northwind: Console) -> None:
    northwind.do("account", "add", "Tailspin", *NORTHWIND, "--trial")
    both = ("Fabrikam", "Tailspin")
    told = previewed(northwind, *both, "--next-cycle")
    assert told[:2] == [
        "Fabrikam would go live at 2026-02-15T00:00:00Z: 2 seats more.",
        "Tailspin would go live at 2026-02-15T00:00:00Z: 0 seats more.",
    ]
    assert told[2] == (
        "Northwind IT, cycle 2026-02-15T00:00:00Z to 2026-03-15T00:00:00Z (in 31 days): 3 → 5 seats, peak 3 → 5."
    )
    asked = ("account", "activate", *both, *NORTHWIND, "--next-cycle", "--preview", named(told))
    for wrong in ((), ("--seats", "3"), ("--seats", "Fabrikam")):
        assert "2 billed users in all" in northwind.refused(*asked, *wrong)
    done = northwind.do(*asked, "--seats", "2")
    assert done == "Fabrikam goes live at 2026-02-15T00:00:00Z.\nTailspin goes live at 2026-02-15T00:00:00Z.\n"
    assert "already" in northwind.do("account", "activate", "Fabrikam", *NORTHWIND, "--next-cycle")
    assert listed(northwind, "Fabrikam")["activation_due_at"] == "2026-02-15T00:00:00Z"
    assert northwind.do("account", "cancel-activation", "Tailspin", *NORTHWIND) == (
        "Tailspin does not go live with the next cycle; it is trial.\n"
    )
    northwind.set_clock("2026-02-15T00:00:00+00:00")
    assert activate_due_trials(clock=clock()) == 1
    assert (listed(northwind, "Fabrikam")["state"], listed(northwind, "Tailspin")["state"]) == ("live", "trial")


def test_m20_what_is_no_trial_is_refused(northwind: Console) -> None:
    northwind.do("account", "add", "Own staff", *NORTHWIND, "--internal", "--limit", "5")
    said = northwind.refused("account", "activate", "Own staff", "Fabrikam", *NORTHWIND, "--preview", "x")
    assert "own staff" in said
    assert "has no customer “Nobody”" in northwind.refused("account", "activate", "Nobody", *NORTHWIND)


def test_m20_a_trial_is_extended(northwind: Console) -> None:
    assert northwind.do(
        *("trial", "extend", "Fabrikam", *NORTHWIND, "--until", "2026-03-01T00:00:00Z", "--limit", "60")
    ) == ("Fabrikam: on trial until 2026-03-01T00:00:00Z, with at most 60 active users.\n")
    assert "until 2026-03-08T00:00:00Z" in northwind.do("trial", "extend", "Fabrikam", *NORTHWIND, "--days", "7")
    assert "is not made shorter" in northwind.refused(
        *("trial", "extend", "Fabrikam", *NORTHWIND, "--until", "2026-03-07T00:00:00Z")
    )
    for typed, said in (
        (("Contoso", "--days", "7"), "is not on a trial"),
        (("Fabrikam", "--days", "0"), "cannot last 0 days"),
        (("Fabrikam", "--days", "9" * 20), "cannot last"),
        (("Fabrikam", "--until", "2026-01-15T08:00:00Z"), "cannot end at 2026-01-15T08:00:00Z"),
        (("Fabrikam", "--days", "7", "--limit", "1"), "has 2 active users, more than 1"),
    ):
        assert said in northwind.refused("trial", "extend", *typed, *NORTHWIND)
    assert northwind.run("trial", "extend", "Fabrikam", *NORTHWIND).code == 2


def test_m21_a_limit_is_set_shown_and_lifted(northwind: Console) -> None:
    asked = ("account", "limit", "Contoso", "1", *NORTHWIND)
    assert "has 3 active users, more than 1" in northwind.refused(*asked)
    limited = (
        "Contoso: at most 1 active user, 2 users inactive.\n"
        "inactive, the account's limit is lower: user2@contoso.example\n"
        "inactive, the account's limit is lower: user3@contoso.example\n"
    )
    lines = limited + (
        "Northwind IT: 3 → 1 seat.\n"
        "This cycle, until 2026-02-15T00:00:00Z: its peak of 3 stays, 7.20 USD, net.\n"
        "The next cycle, from 2026-02-15T00:00:00Z: 7.20 USD → 2.40 USD, net, if nothing else changes.\n"
    )
    before = everything()
    assert northwind.do(*asked, "--preview") == f"Preview, nothing was changed.\n{lines}"
    said = northwind.run(*asked, "--deactivate")
    assert (said.code, said.out) == (1, lines)
    assert "Say --yes" in said.err
    assert everything() == before
    done = northwind.do(*asked, "--deactivate", "--yes")
    assert done == f"{lines}{limited}Northwind IT: 3 → 1 seat, peak 3.\n"
    row = listed(northwind, "Contoso")
    assert (row["active_members"], row["limit"]) == ("1", "1")
    assert northwind.do("account", "limit", "Contoso", "none", *NORTHWIND) == ("Contoso: no limit on active users.\n")
    assert "cannot be a limit" in northwind.refused("account", "limit", "Contoso", "9" * 20, *NORTHWIND)
    assert "cannot be a limit" in northwind.refused("account", "limit", *NORTHWIND, "--", "Contoso", "-1")
    assert northwind.run("account", "limit", "Contoso", "many", *NORTHWIND).code == 2


def test_e01_access_says_what_somebody_may_and_why_not(northwind: Console) -> None:
    asked = ("--account", "Fabrikam", *NORTHWIND)
    (row,) = northwind.rows("access", "ANA@fabrikam.example", *asked)
    assert row == {
        "email": "ANA@fabrikam.example",
        "sign_in": "true",
        "material": "true",
        "features": "Training, Phishing, Breaches, Policies",
        "reasons": "",
    }
    (row,) = northwind.rows("access", "eve@fabrikam.example", *asked, "--feature", "Phishing")
    assert (row["sign_in"], row["features"], row["reasons"]) == ("false", "", "member_unknown")
    northwind.set_clock("2026-01-29T10:00:00+00:00")
    (row,) = northwind.rows("access", "ana@fabrikam.example", *asked)
    assert (row["sign_in"], row["reasons"]) == ("false", "trial_expired")
    assert "Training, Phishing, Breaches, Policies" in northwind.refused(
        *("access", "ana@fabrikam.example", *asked, "--feature", "uPhish")
    )
    assert "is not an e-mail address" in northwind.refused("access", "ana", *asked)
