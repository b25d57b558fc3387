"""A file of customers that somebody sent, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pleamar.adapters.files.accounts_file import ReadAccount, read_accounts
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import names_taken
from pleamar.queries.settings import current_settings
from pleamar.rules.refusals import Refused


def read_customers(viewer: Viewer, name: str, content: bytes) -> Sequence[ReadAccount]:
    """Its rows; one whose name is taken has that among its problems. Refuses what `read_accounts` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "customers.csv")
        path.write_bytes(content)
        try:
            rows = read_accounts(path, longest_trial=current_settings().trial_days)
        except Refused as refused:
            if "name" not in refused.facts:
                raise
            raise Refused(refused.code, **{**refused.facts, "name": name}) from refused
    taken = names_taken(viewer.scope, viewer.partner_id, [row.name for row in rows])
    return [_with_taken(row) if row.name in taken else row for row in rows]


def _with_taken(row: ReadAccount) -> ReadAccount:
    return replace(row, problems=(*row.problems, Refused("account_exists", account=row.name)))
