"""A partner's rows are read through `queries/scopes.py` and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import SRC, at, imported_modules, python_files, tree, within

MODELS, ACTIONS, QUERIES = SRC / "models", SRC / "actions", SRC / "queries"
SCOPES = QUERIES / "scopes.py"
# The partners of a seller share its number series: nobody's scope, so only whoever sees everything may look.
ABOUT_SELLERS = [QUERIES / "truths" / "invoice_numbers.py"]
ENTRYPOINTS = SRC / "entrypoints"
ADMIN = ENTRYPOINTS / "office" / "admin.py"
TENANT_BASES = {"TenantRow", "TenantTable"}
READS_TABLES = re.compile(r"\bSELECT\b.*\bFROM\s+\w", re.DOTALL)
SCOPED = re.compile(r"\{\w*scope\w*(\.sql\(.*\))?\}")
PAST_THE_SCOPE = {"unscoped", "_default_manager", "_base_manager"}


def tenant_models(paths: Iterable[Path]) -> set[str]:
    """The names of the classes that are tables of partners' rows."""
    return {
        node.name
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in TENANT_BASES for base in node.bases)
    }


def unscoped_reads(paths: Iterable[Path], models: set[str]) -> list[str]:
    """Where rows are reached that the reader's scope has not let through."""
    found = []
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute):
                name, of = node.attr, node.value
                if name in PAST_THE_SCOPE or (name == "objects" and isinstance(of, ast.Name) and of.id in models):
                    found.append(f"{at(path, node.lineno)} {name}")
            elif isinstance(node, ast.Constant) and node.value in PAST_THE_SCOPE:
                found.append(f"{at(path, node.lineno)} {node.value}")
    return found


def unscoped_statements(paths: Iterable[Path]) -> list[str]:
    """SQL that reads tables without a place for the scope: `{scope}` or `{scope.sql(...)}` in its text."""
    return [
        at(path, node.lineno)
        for path in paths
        for node, text in _texts(tree(path))
        if READS_TABLES.search(text) and not SCOPED.search(text)
    ]


def _texts(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Every string literal, an f-string as one text with what its braces hold."""
    if isinstance(node, ast.JoinedStr):
        yield node, ast.unparse(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node, node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)


def model_imports(paths: Iterable[Path]) -> list[str]:
    """Where models are imported."""
    return [
        f"{at(path, line)} {name}"
        for path in paths
        for line, name in imported_modules(path)
        if within(name, ["pleamar.models"])
    ]


def test_only_scopes_and_actions_go_past_the_scope() -> None:
    models = tenant_models(python_files(MODELS))
    assert {"Partner", "Account", "Member", "SeatLogEntry", "Invoice"} <= models
    outside = [path for path in python_files(SRC) if path != SCOPES and {MODELS, ACTIONS}.isdisjoint(path.parents)]
    assert unscoped_reads(outside, models) == []


def test_a_query_s_own_statements_are_scoped() -> None:
    assert unscoped_statements(path for path in python_files(QUERIES) if path not in ABOUT_SELLERS) == []


@pytest.mark.parametrize("path", ABOUT_SELLERS, ids=lambda path: path.stem)
def test_what_is_about_sellers_is_for_whoever_sees_everything(path: Path) -> None:
    assert unscoped_statements([path])
    assert any(isinstance(node, ast.Attribute) and node.attr == "is_everything" for node in ast.walk(tree(path)))


def test_no_query_widens_its_scope() -> None:
    wide = [
        f"{at(path, line)} {name}"
        for path in python_files(QUERIES)
        for line, name in imported_modules(path)
        if within(name, ["pleamar.queries.scopes.EVERYTHING"])
    ]
    assert wide == []


def test_entrypoints_know_no_models() -> None:
    assert model_imports(path for path in python_files(ENTRYPOINTS) if path != ADMIN) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Account.unscoped.get(pk=1)", "unscoped"),
        ("getattr(Account, 'unscoped')", "unscoped"),
        ("Account._default_manager.all()", "_default_manager"),
        ("Account.objects.all()", "objects"),
    ],
)
def test_an_unscoped_read_is_found(snippet: Snippet, text: str, name: str) -> None:
    assert unscoped_reads([snippet(text)], {"Account"}) == [f"snippet.py:1 {name}"]


def test_rows_of_the_whole_installation_are_nobody_s(snippet: Snippet) -> None:
    assert unscoped_reads([snippet("Installation.objects.first()")], {"Account"}) == []


def test_a_tenant_model_is_known_by_its_base(snippet: Snippet) -> None:
    path = snippet("class Account(TenantRow): ...\nclass Line(TenantTable): ...\nclass Seller(Row): ...")
    assert tenant_models([path]) == {"Account", "Line"}


@pytest.mark.parametrize(
    "text",
    ["'SELECT 1 FROM invoice'", "f'SELECT {column} FROM invoice'", "'WITH x AS (SELECT\\n1 FROM invoice) TABLE x'"],
)
def test_a_statement_without_a_scope_is_found(snippet: Snippet, text: str) -> None:
    assert unscoped_statements([snippet(text)]) == ["snippet.py:1"]


@pytest.mark.parametrize(
    "text",
    [
        "'SELECT 1 FROM invoice WHERE {scope}'",
        "f'SELECT {column} FROM invoice WHERE {scope.sql(\"partner_id\")} AND x'",
        "'To SELECT is not to read FROM'",
        "'SELECT 1'",
    ],
)
def test_a_scoped_statement_passes(snippet: Snippet, text: str) -> None:
    assert unscoped_statements([snippet(text)]) == []


@pytest.mark.parametrize("text", ["import pleamar.models", "from pleamar.models.cards import Card"])
def test_an_import_of_models_is_found(snippet: Snippet, text: str) -> None:
    assert len(model_imports([snippet(text)])) == 1
