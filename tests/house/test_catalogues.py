"""The catalogue is in step with the code, and every refusal has its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest
from babel.messages.catalog import Catalog, Message

from pleamar.wording.refusals import SENTENCES
from pleamar.wording.refusals_billing import GATEWAY
from pleamar.wording.refusals_files import ROWS
from tests.entrypoints.refusals_tried import BAD_ROWS, REFUSALS
from tests.house.catalogues import MO, PO, as_mo, as_po, collected, placeholders, problems, texts, translated
from tests.house.source import SRC, at, python_files, tree

REFUSED = ("Refused", "RowsRefused")
# Refused(refused.code): a gateway's refusal that goes on as one of ours.
_FORWARDED = "refused.code"
# Functions that give a text in the reader's language, and how many of their first arguments name it.
_ASKED = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), 1),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"), 2),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), 3),
}
# What was refused once and is told again from where it was kept: its code was literal where it was first raised.
_KEPT = "kept['refused']"


@dataclass(frozen=True)
class Raised:
    """A place that refuses: with which code, which facts, and where."""

    code: str
    facts: frozenset[str]
    place: str


def functions(module: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def calls(module: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _called(node.func) == name:
            yield node


@cache
def raised(*exceptions: str) -> list[Raised]:
    """Every place in src that makes one of these exceptions, with each code that it may have there."""
    found = []
    for path, exception in product(python_files(SRC), exceptions):
        for call in calls(tree(path), exception):
            place = at(path, call.lineno)
            code = next(iter(call.args), None)
            if code is not None and ast.unparse(code) == _KEPT:
                continue
            codes = _codes(tree(path), call, code)
            assert codes, f"{place}: the code cannot be told from the source; give {exception} a literal"
            facts = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
            found += [Raised(code, facts, place) for code in codes]
    return found


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _codes(module: ast.Module, call: ast.Call, code: ast.expr | None) -> set[str]:
    """The codes that stand in the call, are assigned to its variable, or are passed as its function's argument."""
    if code is None:
        return set()
    if isinstance(code, ast.Name):
        around = [function for function in functions(module) if call in ast.walk(function)][-1]
        assigned = [node.value for node in ast.walk(around) if isinstance(node, ast.Assign) and _assigns(node, code.id)]
        return _literals(assigned) or _literals(_passed(around, code.id))
    if ast.unparse(code) == _FORWARDED:
        return {one.code for one in raised("GatewayRefused")}
    return _literals([code])


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _passed(function: ast.FunctionDef, name: str) -> list[ast.expr]:
    """What callers anywhere in src pass for this parameter."""
    parameters = [argument.arg for argument in function.args.args if argument.arg != "self"]
    found = []
    for path in python_files(SRC):
        for call in calls(tree(path), function.name):
            found += [keyword.value for keyword in call.keywords if keyword.arg == name]
            if name in parameters and len(call.args) > parameters.index(name):
                found.append(call.args[parameters.index(name)])
    return found


def _literals(values: Sequence[ast.expr]) -> set[str]:
    kept: set[str] = set()
    for value in values:
        branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        kept |= {one.value for one in branches if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return kept


def test_the_catalogue_is_in_step_with_the_code() -> None:
    catalogue = collected(translated(PO.read_bytes()))
    assert as_po(catalogue) == PO.read_bytes(), "Run `make messages` and translate what is new."


def test_the_catalogue_is_complete() -> None:
    assert problems(translated(PO.read_bytes())) == []


def test_the_compiled_catalogue_is_what_the_catalogue_says() -> None:
    assert MO.read_bytes() == as_mo(translated(PO.read_bytes())), "Run `make messages`."


def test_nothing_in_the_catalogue_tells_of_a_day_or_a_machine() -> None:
    written = PO.read_text(encoding="utf-8")
    head = written.split("\n\n")[0]
    assert "Date" not in head
    assert "Babel" not in head
    place = r"src/pleamar/\S+\.(py|html|txt)"
    assert not re.search(rf"^#: (?!{place}( {place})*$)", written, re.MULTILINE)


@pytest.mark.parametrize("text", ["Hello %(name)s", ("%(count)s row", "%(count)s rows")])
def test_problems_are_found(text: str | tuple[str, str]) -> None:
    catalogue = translated(b"")
    catalogue.add(text, "Hola" if isinstance(text, str) else ("%(count)s fila", ""), flags=["fuzzy"])
    assert len([one for one in problems(catalogue) if "fuzzy" in one]) == 1
    assert len(problems(catalogue)) > 1


def test_a_translation_is_kept_and_a_changed_text_loses_its_own() -> None:
    known = translated(PO.read_bytes())
    known.add("A text that is no longer in the code.", "Un texto que ya no está en el código.")
    kept = {(message.context, message.id): message.string for message in texts(collected(known))}
    assert kept == {(message.context, message.id): message.string for message in texts(translated(PO.read_bytes()))}


def _names(message: Message) -> Iterator[tuple[str, ...]]:
    """As the code may name it: its context, if it has one, and its text, or both; one of two is found alone as well."""
    context = (message.context,) if message.context else ()
    whole = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    yield (*context, *whole)
    yield (*context, whole[0])


def test_every_text_that_the_code_asks_for_is_in_the_catalogue() -> None:
    """What collects them reads tokens, and up to Python 3.11 what stands in braces of an f-string is none."""
    known = {name for message in texts(collected(Catalog())) for name in _names(message)}
    asked = {
        (tuple(one.value for one in call.args[:number] if isinstance(one, ast.Constant)), at(path, call.lineno))
        for path in python_files(SRC)
        for name, number in _ASKED.items()
        for call in calls(tree(path), name)
        if all(isinstance(one, ast.Constant) for one in call.args[:number])
    }
    assert len(asked) > 1000
    assert [one for one in sorted(asked) if one[0] not in known] == []


def test_every_refusal_has_its_words() -> None:
    codes = {one.code: one.place for one in [*raised(*REFUSED), *raised("GatewayRefused")]}
    assert {code: place for code, place in codes.items() if code not in SENTENCES} == {}
    assert [code for code in SENTENCES if code not in codes] == [], "nobody raises these"


def test_every_refusal_of_a_gateway_has_its_words() -> None:
    assert {one.code for one in raised("GatewayRefused")} == set(GATEWAY)


def test_every_bad_row_has_its_words() -> None:
    assert {one.code for one in raised("BadRow")} == set(ROWS) == {reason for reason, _ in BAD_ROWS}


def test_a_sentence_is_filled_from_facts_that_are_given() -> None:
    for one in raised(*REFUSED):
        sentence = SENTENCES.get(one.code)
        if isinstance(sentence, str):
            wanted = {name[2:-2] for name in placeholders((sentence,)) if name != "%%"}
            assert wanted <= one.facts, f"{one.place}: {one.code} needs {wanted - one.facts}"


def test_refusals_are_tried_with_the_facts_that_are_given() -> None:
    given = {(one.code, one.facts) for one in raised(*REFUSED)}
    tried = {(code, frozenset(facts)) for code, facts in REFUSALS}
    assert given == tried


def test_the_scan_finds_codes_that_are_not_literals() -> None:
    codes = {one.code for one in raised(*REFUSED)}
    assert {"tier_gap", "tier_overlap", "unit_price_negative", "history_rows_bad", "card_number_unknown"} <= codes
