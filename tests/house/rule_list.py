"""Which tests prove which rule, as `docs/reference/rules.md` lists it; `python -m tests.house.rule_list` writes it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "rules.md"
HEADING = "## The tests"


def proofs() -> dict[str, dict[str, list[str]]]:
    """Rule (`M5`) → file, below `tests` → names of its tests, in the file's order."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((ROOT / "tests").rglob("*.py"), key=_stories_first):
        for name in re.findall(r"^ *def (test_[a-z]\d+_\w+)\(", path.read_text(), re.MULTILINE):
            found[_rule(name)][str(path.relative_to(ROOT / "tests"))].append(name)
    return found


def _rule(name: str) -> str:
    """`test_m05_…` proves M5."""
    number = name.removeprefix("test_").partition("_")[0]
    return f"{number[0].upper()}{int(number[1:])}"


def _stories_first(path: Path) -> tuple[bool, str]:
    return path.parent.name != "stories", str(path)


def listed() -> str:
    """The end of the page, from its heading on."""
    lines = [HEADING]
    for rule, files in sorted(proofs().items(), key=lambda item: (item[0][0] != "M", item[0][0], int(item[0][1:]))):
        lines += ["", f"### {rule}", ""]
        for file, names in files.items():
            lines += [f"- [`{file}`](../../tests/{file})", *(f"  - `{name}`" for name in names)]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page as it should be."""
    return PAGE.read_text().partition(HEADING)[0] + listed()


if __name__ == "__main__":
    PAGE.write_text(page())
