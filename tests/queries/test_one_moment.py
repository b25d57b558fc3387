"""The check of the books looks at one moment, read-only."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books


@pytest.mark.usefixtures("django_db_setup")
def test_all_truths_see_one_snapshot(django_db_blocker: DjangoDbBlocker) -> None:
    """Outside any transaction, as the command calls it; an empty installation is in order."""
    with django_db_blocker.unblock(), CaptureQueriesContext(connection) as asked:
        assert check_books(EVERYTHING) == []
    said = [query["sql"] for query in asked.captured_queries]
    assert said[0] == "BEGIN"
    assert said[1] == "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    assert said[-1] == "COMMIT"
    assert "BEGIN" not in said[1:]
