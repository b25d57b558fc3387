"""`python -m bench [--scale N] [--json FILE] [--only NAME]`: measure, print one table, write the figures as JSON."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
from pathlib import Path
from typing import Any

import django
from rich.console import Console

from bench.plan import Plan
from bench.report import Row, print_table, write_json
from bench.server import throwaway_server

RESULTS = Path(__file__).parent / "results" / "latest.json"
_WIDTH = 160  # of a table that no terminal shows


def main() -> None:
    """Measure on a server of its own. A missed target is told, and is no failure."""
    arguments = _arguments()
    console = Console(stderr=True)
    with throwaway_server() as address:
        # Django reads its settings once, so they must be there before any case is imported.
        os.environ.update(DATABASE_URL=address, DJANGO_SETTINGS_MODULE="pleamar.config.settings")
        os.environ.setdefault("PLEAMAR_SECRET_KEY", "only for the benchmark")
        django.setup()
        rows, facts = _run(arguments.only, Plan(arguments.scale), console)
    facts["scale"] = arguments.scale
    shown = Console()
    print_table(rows, shown if shown.is_terminal else Console(width=_WIDTH))
    write_json(rows, facts, arguments.json)
    console.print(f"The figures stand in {arguments.json}")


def _run(only: str | None, plan: Plan, console: Console) -> tuple[list[Row], dict[str, Any]]:
    ground = importlib.import_module("bench.ground")
    cases = importlib.import_module("bench.cases")
    if only not in (None, *cases.CASES):
        raise SystemExit(f"There is no case {only}; there are: {', '.join(cases.CASES)}")
    facts = ground.prepare_database()
    names = [name for name in cases.CASES if only in (None, name) or name == cases.ALWAYS]
    rows: list[Row] = []
    for name in names:
        console.print(f"{name} …")
        rows += cases.CASES[name](plan)
    return rows, facts | {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full sizes (0.01: only to see it work)")
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the figures are written (%(default)s)")
    parser.add_argument("--only", metavar="NAME", help="just one case, as named in bench/cases.py")
    return parser.parse_args()


if __name__ == "__main__":
    main()
