"""The truths that the books must hold: one file each, all of them asked by `check-books` (rules P2, P3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from django.db import connection, transaction

from pleamar.queries.scopes import Scope
from pleamar.queries.truths import (
    accounts_and_log,
    batches_and_log,
    charges_and_invoices,
    credits_and_invoices,
    cycles_and_log,
    cycles_are_contiguous,
    disputes_and_ledger,
    invoice_numbers,
    invoices_and_postings,
    invoices_and_statements,
    log_adds_up,
    log_references,
    members_and_gates,
    members_and_log,
    meters_and_log,
    partner_credit_and_ledger,
    rows_and_owners,
    statements_and_cycles,
)
from pleamar.queries.truths.difference import Difference

__all__ = ["TRUTHS", "Difference", "Truth", "check_books"]

Truth: TypeAlias = Callable[[Scope], Iterator[Difference]]

# In the order in which one follows from another: what speaks first is nearest to the cause.
TRUTHS: Final[tuple[tuple[str, Truth], ...]] = (
    (log_references.TRUTH, log_references.differences),
    (log_adds_up.TRUTH, log_adds_up.differences),
    (batches_and_log.TRUTH, batches_and_log.differences),
    (members_and_log.TRUTH, members_and_log.differences),
    (members_and_gates.TRUTH, members_and_gates.differences),
    (accounts_and_log.TRUTH, accounts_and_log.differences),
    (meters_and_log.TRUTH, meters_and_log.differences),
    (cycles_are_contiguous.TRUTH, cycles_are_contiguous.differences),
    (cycles_and_log.TRUTH, cycles_and_log.differences),
    (statements_and_cycles.TRUTH, statements_and_cycles.differences),
    (invoices_and_statements.TRUTH, invoices_and_statements.differences),
    (invoice_numbers.TRUTH, invoice_numbers.differences),
    (invoices_and_postings.TRUTH, invoices_and_postings.differences),
    (charges_and_invoices.TRUTH, charges_and_invoices.differences),
    (credits_and_invoices.TRUTH, credits_and_invoices.differences),
    (disputes_and_ledger.TRUTH, disputes_and_ledger.differences),
    (partner_credit_and_ledger.TRUTH, partner_credit_and_ledger.differences),
    (rows_and_owners.TRUTH, rows_and_owners.differences),
)


def check_books(scope: Scope) -> list[Difference]:
    """Every difference that any truth finds in the scope; empty when the books hold.

    All of them look at one and the same moment of the database, so that work going on meanwhile is no difference.
    """
    with _one_moment():
        return [difference for _, differences in TRUTHS for difference in differences(scope)]


@contextmanager
def _one_moment() -> Iterator[None]:
    """A read-only snapshot; inside a transaction that is already open, whatever that one sees."""
    if connection.in_atomic_block:
        point = transaction.savepoint()
        try:
            _plan_for_whole_tables()
            yield
        finally:
            transaction.savepoint_rollback(point)  # nothing was written, and how to plan is as it was
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _plan_for_whole_tables()
        yield


def _plan_for_whole_tables() -> None:
    """Every truth reads tables from end to end. Just after many rows were written the server still takes them for few,
    and would look each one up beside all the others, which takes minutes where joining them whole takes seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        # Before PostgreSQL 18 that adds so much to a plan's estimated cost that every statement would be compiled.
        cursor.execute("SET LOCAL jit = off")
        # A whole log is put in order several times over: in memory, where the server's usual 4 MB go to disk.
        cursor.execute("SET LOCAL work_mem = '64MB'")
