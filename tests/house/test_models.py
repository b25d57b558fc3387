"""Tables: tenants' rows have no `objects` and name their partner, and the migrations are in step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

from pleamar.models import Account, Invoice, Partner, SeatBatch, SeatLogEntry, Seller, User
from pleamar.models.charges import CHARGE_STATES
from pleamar.models.rows import Row, TenantTable
from pleamar.models.web_role import NEVER_DELETED, ONLY_EVER_ADDED, WRITTEN_LATER
from pleamar.rules.charging import TRANSITIONS

# Rows of the whole installation, or of a seller: nobody's in particular.
OF_NOBODY = {
    *("EventCursor", "Installation", "NumberSeries", "ReceivedEvent", "Seller", "Setting", "User"),
    *("SandboxCard", "SandboxFault", "SandboxIntent", "SandboxRecord"),
}

# The migrations that have the database refuse changes.
REFUSING = ("0002_only_ever_added", "0005_charges_are_kept")

Model = type[models.Model]


def tables() -> list[Model]:
    """Every model of ours."""
    return list(apps.get_app_config("pleamar").get_models())


def names_a_partner(model: Model) -> bool:
    """Whether its rows say whose they are."""
    return model is Partner or any(field.name == "partner" for field in model._meta.get_fields() if field.concrete)


def open_tables(found: Iterable[Model]) -> list[str]:
    """Tables of partners' rows that can be read past the scope without saying so."""
    return [
        model.__name__
        for model in found
        if (names_a_partner(model) or issubclass(model, TenantTable))
        and (hasattr(model, "objects") or model._meta.default_manager_name != "unscoped")
    ]


def ownerless(found: Iterable[Model]) -> set[str]:
    """Tables that do not name a partner."""
    return {model.__name__ for model in found if not names_a_partner(model)}


def enforced_references(found: Iterable[Model], target: Model) -> list[str]:
    """Columns that the database holds against `target`."""
    fields = [field for model in found for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    return [str(field) for field in fields if field.related_model is target and getattr(field, "db_constraint", True)]


def unwritten_migrations(state: ProjectState) -> list[str]:
    """What `makemigrations` would write to reach this state."""
    loader = MigrationLoader(None)
    questions = NonInteractiveMigrationQuestioner(specified_apps={"pleamar"}, dry_run=True)
    changes: dict[str, Any] = MigrationAutodetector(loader.project_state(), state, questions).changes(loader.graph)
    return [operation.describe() for migration in changes.get("pleamar", []) for operation in migration.operations]


def test_partners_rows_have_no_objects() -> None:
    assert open_tables(tables()) == []


def test_every_tenant_s_row_names_its_partner() -> None:
    assert ownerless(tables()) == OF_NOBODY
    assert all(issubclass(model, TenantTable) for model in tables() if model.__name__ not in OF_NOBODY)


def test_nothing_is_held_against_the_seat_log() -> None:
    assert enforced_references(tables(), SeatLogEntry) == enforced_references(tables(), SeatBatch) == []


def test_every_kind_of_row_has_a_prefix_of_its_own() -> None:
    prefixes = Counter(model.public_prefix for model in tables() if issubclass(model, Row))
    assert [prefix for prefix, count in prefixes.items() if count > 1 or len(prefix) != 3] == []


def test_no_column_holds_a_float() -> None:
    fields = [field for model in tables() for field in model._meta.get_fields()]
    assert [str(field) for field in fields if isinstance(field, models.FloatField)] == []


def test_migrations_are_in_step() -> None:
    assert unwritten_migrations(ProjectState.from_apps(apps)) == []


def test_the_web_role_lacks_what_the_database_refuses() -> None:
    migrations = [import_module(f"pleamar.models.migrations.{name}") for name in REFUSING]
    assert list(ONLY_EVER_ADDED) == [table for migration in migrations for table in migration.ONLY_EVER_ADDED]


def test_the_database_lets_charges_go_the_ways_there_are() -> None:
    migration = import_module("pleamar.models.migrations.0005_charges_are_kept")
    assert {state: frozenset(following) for state, following in migration.TRANSITIONS.items()} == TRANSITIONS
    assert list(TRANSITIONS) == list(migration.TRANSITIONS)
    assert set(CHARGE_STATES) == set(TRANSITIONS)


def test_the_tables_and_columns_of_the_web_role_are_there() -> None:
    known = {model._meta.db_table: {field.column for field in model._meta.local_concrete_fields} for model in tables()}
    assert {*ONLY_EVER_ADDED, *NEVER_DELETED} <= known.keys()
    assert [table for table, columns in WRITTEN_LATER.items() if not known[table].issuperset(columns)] == []


def test_an_open_table_is_found(monkeypatch: Any) -> None:
    assert open_tables([Account, User]) == []
    monkeypatch.setattr(Account, "objects", Account.unscoped, raising=False)
    assert open_tables([Account, User]) == ["Account"]


def test_a_row_without_a_partner_is_found() -> None:
    assert ownerless([Account, Partner, Seller, User]) == {"Seller", "User"}


def test_an_enforced_reference_is_found() -> None:
    assert enforced_references([Account, Invoice], Partner)


def test_a_migration_that_is_missing_is_found() -> None:
    state = ProjectState.from_apps(apps)
    state.remove_field("pleamar", "account", "member_limit")
    assert unwritten_migrations(state) == ["Remove field member_limit from account"]
