"""Every act that an action writes into the audit trail has words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pleamar.wording.acts import ACTS, PARTS, PERSONAL, PRICED, act_told, shown_acts
from tests.house.source import SRC, python_files, tree

_WRITES = {"record_act", "Act", "_record"}
_LIKE_AN_ACT = re.compile(r"[a-z]+( [a-z]+){1,3}")
# What looks like one in a file that puts its acts together, and is none.
_NO_ACTS = {"its payment is overdue", "payment provider", "review standings"}
# Put together from a word of the provider's.
_BUILT = {"dispute won", "dispute lost"}


def acts_of(path: Path) -> Iterator[str]:
    """The acts that are named in a file; where one is put together, every text in it that looks like one."""
    calls = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WRITES and node.args
    ]
    named = [str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)]
    yield from named
    if len(named) < len(calls):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _LIKE_AN_ACT.fullmatch(node.value):
                yield node.value


def test_every_act_has_words() -> None:
    written = {act for path in python_files(SRC / "actions") for act in acts_of(path)} - _NO_ACTS
    assert written - ACTS.keys() == set()
    assert ACTS.keys() - written == _BUILT


def test_nobody_without_prices_is_told_of_billing() -> None:
    told = shown_acts(sees_prices=False, manages_team=True)
    assert {ACTS[act].part for act in told} == PARTS.keys() - {PRICED}
    assert shown_acts(PRICED, sees_prices=False, manages_team=True) == []
    assert shown_acts(PRICED, sees_prices=True, manages_team=True)


def test_how_others_sign_in_is_told_to_those_who_manage_the_team() -> None:
    told = shown_acts(sees_prices=True, manages_team=False)
    assert {ACTS[act].part for act in told} == PARTS.keys() - {PERSONAL}
    assert shown_acts(PERSONAL, sees_prices=True, manages_team=False) == []


def test_what_the_vendor_does_for_itself_is_nobodys_business() -> None:
    told = shown_acts(sees_prices=True, manages_team=True)
    assert "note problem" not in told
    assert {ACTS[act].part for act in told} == set(PARTS)


def test_an_act_without_words_is_named_as_it_is() -> None:
    assert act_told("suspend account") == "Sign-in blocked, still billed"
    assert act_told("juggle") == "juggle"
