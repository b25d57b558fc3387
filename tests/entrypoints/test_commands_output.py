"""What the output looks like: tables on terminals and in pipes, help, and where nothing can be written."""

from __future__ import annotations

import io
import os
import re
import sys

import pytest

from pleamar.config.cli import COMMANDS, main
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.demo_telling import year
from pleamar.entrypoints.commands.tables import Value, print_rows, show
from pleamar.queries.bills import bills
from pleamar.queries.scopes import EVERYTHING
from tests.entrypoints.console import Console

ROWS: list[dict[str, Value]] = [
    {"name": "Northwind [bold]IT[/] :boat:", "seats": 1_200, "trial": True, "id": "x" * 30},
    {"name": "Ñandú", "seats": None, "trial": False, "id": "y"},
]


class Terminal(io.StringIO):
    """A terminal that keeps what it was sent."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    @property
    def seen(self) -> str:
        """What stands there, without colours and the spaces at the end of lines."""
        return re.sub(r"\x1b\[[0-9;]*m| +$", "", self.getvalue(), flags=re.MULTILINE)


def on_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def test_a_table_in_a_pipe_is_as_wide_as_needed_and_has_no_spaces_at_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    wide: list[dict[str, Value]] = [*ROWS, {"name": "z" * 300, "seats": 5, "trial": False, "id": ""}]
    print_rows(["name", "seats", "trial", "id"], wide, "table", untold=["id"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{'name':<300}  seats  trial"
    assert lines[1] == f"{'Northwind [bold]IT[/] :boat:':<300}  1,200  yes"
    assert lines[2] == "Ñandú"
    assert lines[3] == f"{'z' * 300}      5"


def test_nothing_yet_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    for form, said in (("table", "Nothing yet.\n"), ("csv", "name\n"), ("json", "[]\n")):
        print_rows(["name"], [], form)
        assert capsys.readouterr().out == said


def test_a_terminal_that_is_too_narrow_gets_a_row_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch, 40)
    print_rows(["name", "seats", "trial", "id"], ROWS, "table")
    assert terminal.seen == (
        f"name   Northwind [bold]IT[/] :boat:\nseats  1,200\ntrial  yes\nid     {'x' * 30}\n"
        "\nname   Ñandú\nseats\ntrial\nid     y\n"
    )


def test_words_go_on_the_next_line_where_that_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch, 40)
    print_rows(["name", "seats", "trial"], ROWS, "table")
    lines = terminal.seen.splitlines()
    assert all(len(line) <= 40 for line in lines)
    assert "…" not in terminal.seen
    assert len(lines) == 4


@pytest.mark.parametrize("columns", [80, 100, 120, 200])
def test_nothing_is_cut_on_any_terminal(console: Console, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    name = "Harbor Lane Managed Services"
    console.do("partner", "add", name, "--currency", "USD")
    console.do("account", "add", "Pine Street Clinic", "--partner", name)
    file = console.file("email\npercival.featherstonehaugh@pinestreet.example\n", "pine-street-users.csv")
    console.do("import-members", file, "--account", "Pine Street Clinic", "--partner", name)
    console.do("close", "--now", "2026-03-15T00:00:00Z")
    words = {
        ("partner", "list"): "Harbor",
        ("account", "list"): "monthly",
        ("invoices",): "INV-000002",
        ("statements", "--partner", name): "2026-02-15 00:00Z",
        ("prices", "list"): "2,500",
        (
            "explain",
            "--partner",
            name,
            "--cycle",
            "2026-02-15T00:00:00Z",
        ): "percival.featherstonehaugh@pinestreet.example",
    }
    for typed, word in words.items():
        terminal = on_terminal(monkeypatch, columns)
        assert main(typed) == 0
        told = terminal.seen
        assert word in told
        assert "…" not in told
        table = [line for line in told.splitlines() if "Net" not in line]
        assert typed[0] == "explain" or max(map(len, table)) <= columns


def test_the_demos_tables_are_readable_at_100_columns(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    console.do("partner", "add", "P", "--currency", "USD")
    console.do("account", "add", "A", "--partner", "P")
    people = console.file("email\na@x.example\n", "fabrikam-freight-users.csv")
    console.do("import-members", people, "--account", "A", "--partner", "P")
    console.do("close", "--now", "2026-03-15T00:00:00Z")
    terminal = on_terminal(monkeypatch, 100)
    show(year("P", bills(EVERYTHING), width=100))
    lines = terminal.seen.splitlines()
    assert "2 cycles, UTC" in lines[2]
    assert max(map(len, lines)) <= 100
    assert "…" not in terminal.seen


def test_one_is_not_told_as_many() -> None:
    assert [counted(number, "cycle") for number in (0, 1, 2, 1_000)] == [
        "0 cycles",
        "1 cycle",
        "2 cycles",
        "1,000 cycles",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_wants_no_database(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main([*name.split(), "--help"])
    assert leaving.value.code == 0
    told = capsys.readouterr().out
    assert "example:\n  " in told
    assert f"pleamar {name}" in told.partition("example:")[2]


@pytest.mark.parametrize("typed", [["--help"], ["-h"], ["partner", "--help"]])
def test_the_help_of_all_names_the_commands(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(typed)
    assert leaving.value.code == 0
    assert "add a partner" in capsys.readouterr().out or typed != ["partner", "--help"]


def test_interrupted_is_130(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pleamar.wiring.preparing.prepare", interrupt)
    assert console.run("partner", "list").code == 130


def test_what_nobody_expected_is_one_line_and_the_details_are_kept(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("pleamar.wiring.preparing.prepare", fail)
    said = console.run("partner", "list")
    log = console.folder / "home" / "errors.log"
    assert (said.code, said.out) == (1, "")
    assert said.err == f"pleamar: Something went wrong that Pleamar did not expect. Details: {log}\n"
    assert "RuntimeError: boom" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
    log.chmod(0o644)  # as an earlier version made it
    console.run("partner", "list")
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.read_text().count("RuntimeError: boom") == 2
    log.unlink()
    log.symlink_to("/dev/null")
    assert "RuntimeError: boom" in console.run("partner", "list").err
    monkeypatch.setenv("PLEAMAR_HOME", "/dev/null/home")
    said = console.run("partner", "list")
    assert said.err.count("\n") == 1
    assert "RuntimeError: boom" in said.err
