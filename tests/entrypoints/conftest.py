"""The console, on a sandbox of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pleamar.models import Installation
from tests.entrypoints.console import Console


@pytest.fixture
def console(
    installation: Installation,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Console:
    """Its clock stands on 15 January 2026, 09:00 UTC."""
    monkeypatch.setenv("PLEAMAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PLEAMAR_LANGUAGE", "en")
    console = Console(capsys, tmp_path)
    console.set_clock("2026-01-15T09:00:00+00:00")
    return console
