"""What is installed is pinned to the byte, and comes from wherever the reader's own index is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import ROOT, at

PINNED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]+\])?==[^\s;*]+( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+")


def loose_requirements(paths: Iterable[Path]) -> list[str]:
    """Requirements without `==` and at least one hash, and options, which have no business in a lock file."""
    found = []
    for path in paths:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
        joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
        requirements = [line.strip() for line in joined.splitlines() if line.strip()]
        found += [f"{path.name} {line.split(' --hash')[0]}" for line in requirements if not PINNED.fullmatch(line)]
    return found


def addresses(paths: Iterable[Path]) -> list[str]:
    """Lines that name a place on the network or on this machine."""
    return [
        at(path, number)
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "://" in line or " @ " in line or line.startswith("-")
    ]


def locks() -> list[Path]:
    """The lock files."""
    return sorted(ROOT.glob("*.lock"))


def test_every_requirement_is_pinned_and_hashed() -> None:
    assert {path.name for path in locks()} >= {"requirements.lock", "requirements-dev.lock", "requirements-build.lock"}
    assert loose_requirements(locks()) == []


def test_a_lock_names_no_place() -> None:
    assert addresses(locks()) == []


def pins(path: Path) -> dict[str, str]:
    """Name → version."""
    return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]+\])?==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_developers_run_what_is_shipped() -> None:
    shipped, developed = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    assert shipped
    assert {name: developed.get(name) for name in shipped} == shipped


@pytest.mark.parametrize(
    "text",
    [
        "django",
        "django==5.2.1",
        "django>=5.2 \\\n    --hash=sha256:" + "0" * 64,
        "django==5.2.* \\\n    --hash=sha256:" + "0" * 64,
        "django==5.2.1 \\\n    --hash=sha256:beef",
        "--index-url example",
    ],
)
def test_a_loose_requirement_is_found(snippet: Snippet, text: str) -> None:
    assert len(loose_requirements([snippet(text, "x.lock")])) == 1


def test_a_pinned_requirement_passes(snippet: Snippet) -> None:
    hashes = " \\\n    ".join(["--hash=sha256:" + "0" * 64] * 2)
    text = f"# made by hand\ntzdata==2026.6 ; sys_platform == 'win32' \\\n    {hashes}\n    # via django\n"
    path = snippet(text, "x.lock")
    assert loose_requirements([path]) == addresses([path]) == []


@pytest.mark.parametrize("text", ["-i https://example.com/simple", "x @ file:///tmp/x", "-e ."])
def test_a_place_is_found(snippet: Snippet, text: str) -> None:
    assert addresses([snippet(text, "x.lock")]) == ["x.lock:1"]
