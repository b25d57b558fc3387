"""The benchmark still runs and measures what is right; how quick anything is, only a quiet machine can say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = {
    "single change",
    "bulk change",
    "bulk change, leaner loop",
    "bulk change, COPY alone",
    "bulk change, rate",
    "no-op resync",
    "close",
    "close, rate",
    "close, time of ten times as many",
    "live peak against re-metered",
}


@pytest.mark.slow
def test_every_case_runs_and_p2_the_log_alone_gives_the_same_peaks(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--scale", "0.01", "--json", str(file)],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode == 0, run.stderr
    rows = {row["case"]: row for row in json.loads(file.read_text(encoding="utf-8"))["rows"]}
    assert rows.keys() >= CASES
    peaks = rows["live peak against re-metered"]
    assert peaks["figure"] == 0
    assert peaks["ours"]["amount"] > 1000
    assert all(case in run.stdout for case in ("single change", "no-op resync"))
