"""Snippets that break a rule, to see that its check would say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

Snippet = Callable[..., Path]


@pytest.fixture
def snippet(tmp_path: Path) -> Snippet:
    """A file with this text."""

    def write(text: str, name: str = "snippet.py") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write
