"""The console script in this process: what was typed, what came back, and what it left of the database."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from pleamar.config.cli import main
from pleamar.models import Installation


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass(slots=True)
class Console:
    """Runs commands on the test's database; files are written to `folder`."""

    capture: pytest.CaptureFixture[str]
    folder: Path

    def run(self, *typed: str) -> Said:
        """The command with whatever it answers."""
        self.capture.readouterr()
        try:
            code = main(typed)
        except SystemExit as leaving:  # argparse
            code = leaving.code if isinstance(leaving.code, int) else 1
        out, err = self.capture.readouterr()
        return Said(code, out, err)

    def do(self, *typed: str) -> str:
        """The output of a command that must work and say nothing on stderr."""
        said = self.run(*typed)
        assert (said.code, said.err) == (0, "")
        return said.out

    def refused(self, *typed: str) -> str:
        """The one line of a command that must be refused and leave everything as it was."""
        before = everything()
        said = self.run(*typed)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("pleamar: ")
        assert said.err.count("\n") == 1
        assert "did not expect" not in said.err
        assert everything() == before
        return said.err.removeprefix("pleamar: ").rstrip("\n")

    def rows(self, *typed: str) -> list[dict[str, str]]:
        """The rows of a command, by `--format csv`; `--format json` must say the same."""
        out = self.do(*typed, "--format", "csv")
        read = list(csv.DictReader(io.StringIO(out)))
        told: list[dict[str, Any]] = json.loads(self.do(*typed, "--format", "json"))
        assert [{name: _csv_text(value) for name, value in row.items()} for row in told] == read
        return read

    def file(self, text: str | bytes, name: str = "file.csv") -> str:
        """The path of a file with this text."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    def set_clock(self, text: str) -> None:
        """Let the sandbox's clock stand at this moment now, also an earlier one."""
        Installation.objects.update(clock_offset=datetime.fromisoformat(text) - datetime.now(UTC))


def everything() -> dict[str, str]:
    """A digest of the rows of every table."""
    digests = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*) || md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {table} t"
            )
            digests[table] = cursor.fetchone()[0]
    return digests


def _csv_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
