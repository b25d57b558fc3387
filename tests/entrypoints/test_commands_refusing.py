"""What nobody can mean: one clear line, exit code 1, and nothing changed. What is not understood: exit code 2."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pleamar.config.cli import COMMANDS
from tests.entrypoints.console import Console

ADD_PARTNER = ("partner", "add", "--currency", "EUR")
BAD_NAMES = ["", " ", " Northwind", "Northwind ", "North\nwind", "North\twind", "\x1b[31mred", "x" * 10_000, "\u202e"]
WITH_PARTNER = {
    "account add": ("A",),
    "account list": (),
    "card add": ("--number", "4242424242424242"),
    "statements": (),
    "invoices": (),
    "export-history": (),
    "explain": ("--cycle", "2026-01-15T09:00:00Z"),
    "import-members": ("file.csv", "--account", "A"),
    "price": ("1", "--currency", "EUR"),
}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_is_none_is_refused(console: Console, name: str) -> None:
    console.do(*ADD_PARTNER, "Northwind IT")
    for typed in (ADD_PARTNER, ("account", "add", "--partner", "Northwind IT")):
        said = console.refused(*typed, name)
        assert said.startswith(("The name is empty", "“"))
        assert len(said) < 300


@pytest.mark.parametrize("email", ["nobody", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\n", "x" * 10_000 + "@b", "<a@b>"])
def test_an_email_that_is_none_is_refused(console: Console, email: str) -> None:
    if email == "a@b\n":
        console.do(*ADD_PARTNER, "Trimmed", "--email", email)
    else:
        assert "is not an e-mail address" in console.refused(*ADD_PARTNER, "X", "--email", email)


@pytest.mark.parametrize("currency", ["", "EURO", "€", "EU", "XXX", "eu r", "978", "x" * 10_000])
def test_a_currency_that_is_none_is_refused(console: Console, currency: str) -> None:
    assert "There is no currency" in console.refused(*ADD_PARTNER, "X", f"--currency={currency}")


@pytest.mark.parametrize("zone", ["", "Madrid", "Europe", "../UTC", "/etc/passwd", "UTC ", "UTC\n", "x" * 5000])
def test_a_time_zone_that_is_none_is_refused(console: Console, zone: str) -> None:
    assert "There is no time zone" in console.refused(*ADD_PARTNER, "X", f"--timezone={zone}")


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2026-01-15", "does not say its offset"),
        ("2026-01-15T08:00:00", "does not say its offset"),
        ("2026-01-15T09:30:00Z", "is still to come"),
        ("2026-01-15T08:30:00-01:00", "is still to come"),
        ("1989-12-31T23:59:59Z", "too early"),
        ("0001-01-01T00:00:00Z", "too early"),
        ("0001-01-01T00:00:00+14:00", "is not a time"),
        ("9999-12-31T23:59:59-14:00", "is not a time"),
        ("2026-02-30T00:00:00Z", "is not a time"),
        ("2026-01-15T24:00:01Z", "is not a time"),
        ("now", "is not a time"),
        ("15/01/2026", "is not a time"),
        ("1768467600", "is not a time"),
    ],
)
def test_a_time_that_cannot_be_is_refused(console: Console, time: str, said: str) -> None:
    assert said in console.refused(*ADD_PARTNER, "X", "--created", time)


@pytest.mark.parametrize(
    ("command", "name"), list(product(WITH_PARTNER, ["Nobody", "northwind it", "", "x" * 10_000, "%s"]))
)
def test_an_unknown_partner_is_refused(console: Console, command: str, name: str) -> None:
    console.do(*ADD_PARTNER, "Northwind IT")
    console.file("email\na@b\n")
    options = [str(console.folder / word) if word == "file.csv" else word for word in WITH_PARTNER[command]]
    said = console.run(*command.split(), *options, f"--partner={name}")
    if command == "price" and not name:
        assert said.code == 0
    else:
        assert "There is no partner" in console.refused(*command.split(), *options, f"--partner={name}")


def test_an_unknown_account_or_cycle_is_refused(console: Console) -> None:
    console.do(*ADD_PARTNER, "Northwind IT")
    file = console.file("email\na@b\n")
    said = console.refused("import-members", file, "--account", "Contoso", "--partner", "Northwind IT")
    assert "no customer “Contoso”" in said
    for start in ("2026-01-15T09:00:01Z", "1990-01-01T00:00:00Z", "2200-01-01T00:00:00Z"):
        assert "no cycle" in console.refused("explain", "--partner", "Northwind IT", "--cycle", start)


@pytest.mark.parametrize(
    "typed",
    [
        (*ADD_PARTNER, "\udcff"),
        (*ADD_PARTNER, "X", "--email", "\udcff@b"),
        ("account", "add", "A\udcff", "--partner", "Northwind IT"),
        ("account", "list", "--partner", "\udcff"),
        ("statements", "--partner", "\udcff"),
        ("invoice", "\udcff", "--pdf", "x.pdf"),
        ("partner", "go-live", "\udcff", "--from", "\udcff"),
        ("card", "add", "--partner", "Northwind IT", "--number", "\udcff"),
    ],
)
def test_bytes_that_are_no_text_are_refused(console: Console, typed: tuple[str, ...]) -> None:
    console.do(*ADD_PARTNER, "Northwind IT")
    assert "is not UTF-8 text" in console.refused(*typed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name,phone\nAna,1\n", "no column in it has e-mail addresses"),
        ("email\nnobody\n", "is not an e-mail address"),
        ("email\nñandú@x.example\n".encode("latin-1"), "is not UTF-8"),
        ("email\na@b\0\n", "null characters"),
        ("email\n" + "x" * 200_000 + "\n", "longer than"),
    ],
)
def test_a_list_of_members_that_is_none_is_refused(console: Console, text: str | bytes, said: str) -> None:
    console.do(*ADD_PARTNER, "P")
    console.do("account", "add", "A", "--partner", "P")
    asked = ("--account", "A", "--partner", "P")
    assert said in console.refused("import-members", console.file(text), *asked)
    assert "is a folder" in console.refused("import-members", str(console.folder), *asked)


@pytest.mark.parametrize(
    "typed",
    [
        (),
        ("nonsense",),
        ("partner",),
        ("partner", "nonsense"),
        ("partner", "add"),
        ("partner", "list", "--format", "xml"),
        ("db",),
        ("db", "destroy"),
        ("migrate", "--mode", "maybe"),
        ("import-members", "f", "--account", "A", "--partner", "P", "--confirm-removals", "many"),
        ("\udcff",),
    ],
)
def test_what_is_not_understood_exits_with_two(console: Console, typed: tuple[str, ...]) -> None:
    said = console.run(*typed)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("usage: pleamar")


def test_refusals_are_told_in_spanish(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEAMAR_LANGUAGE", "es")
    assert console.refused("statements", "--partner", "Nadie").startswith("No existe el socio «Nadie».")


_PIECES = st.sampled_from(
    [word for name in COMMANDS for word in name.split()]
    + [
        "--partner",
        "--account",
        "--currency",
        "--from",
        "--now",
        "--format",
        "--created",
        "--cycle",
        "--number",
        "--preview",
        "--",
        "-h",
    ]
    + ["P", "A", "EUR", "csv", "1", "-1", "2026-01-01", "2026-01-01T00:00:00Z", "INV-000001", ""]
)
# Elsewhere: what starts servers, builds the demo, or reads and writes files.
# Those that read or write files, and those that stay: `web`, `worker` and `up`.
_ELSEWHERE = {
    "demo",
    "db",
    "migrate",
    "import-members",
    "import-history",
    "prices load",
    "invoice",
    "web",
    "worker",
    "up",
}
_COMMANDS = sorted(set(COMMANDS) - _ELSEWHERE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    command=st.sampled_from(_COMMANDS),
    words=st.lists(_PIECES | st.text(st.characters(exclude_characters="\0"), max_size=20), max_size=6),
)
@example(command="account list", words=["\ud800"])
def test_whatever_is_typed_is_answered(console: Console, command: str, words: list[str]) -> None:
    said = console.run(*command.split(), *words)
    assert said.code in {0, 1, 2}
    assert "did not expect" not in said.err
    assert "Traceback" not in said.err
    if said.code == 1:
        assert said.err.startswith("pleamar: ")
        assert said.err.count("\n") == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=100).map(str.encode), command=st.integers(0, 2))
def test_whatever_is_in_a_file_is_answered(console: Console, content: bytes, command: int) -> None:
    console.run(*ADD_PARTNER, "P")
    console.run("account", "add", "A", "--partner", "P")
    headers = (b"from,to,unit_price\n", b"at,account,member,change\n", b"email,name\n")
    file = console.file(headers[command] + content)
    typed = (
        ("prices", "load", file, "--currency", "EUR", "--from", "2026-01-01"),
        ("import-history", file, "--partner", "H", "--created", "2025-01-01T00:00:00Z"),
        ("import-members", file, "--partner", "P", "--account", "A"),
    )[command]
    said = console.run(*typed)
    assert said.code in {0, 1}
    assert "did not expect" not in said.err
